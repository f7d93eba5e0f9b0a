internal import IntegerKernels

/// Predicts samples in sixteenths: least squares first, then three adaptive filters, each on what the one before leaves
/// (SPEC §16.3).
final class WaveformPredictor {
    private static let designs = [
        AdaptiveFilter.Design(taps: 1024, scale: 30, pace: 6), AdaptiveFilter.Design(taps: 256, scale: 28, pace: 6),
        AdaptiveFilter.Design(taps: 16, scale: 24, pace: 5),
    ]

    private let featureShift: Int64
    private let filterShift: Int64
    /// Predictions are within ±limit.
    private let limit: Int64
    private let squares: WaveformSquares
    private let filters: (AdaptiveFilter, AdaptiveFilter, AdaptiveFilter)
    private var linear: Int64 = 0

    init(width: Int, featureShift: Int64, filterShift: Int64, kernel: KernelImplementation) {
        self.featureShift = featureShift
        self.filterShift = filterShift
        limit = 1 << Int64(width + 3)
        squares = WaveformSquares(kernel: kernel)
        let filters = Self.designs.map { AdaptiveFilter($0, kernel: kernel) }
        self.filters = (filters[0], filters[1], filters[2])
    }

    /// Of `own[0]`, in 1/16.
    ///
    /// - Parameters:
    ///   - own: features, known before 0.
    ///   - other: those of the partner, known up to 0.
    @inline(__always)
    func predict(_ own: UnsafePointer<Int32>, _ other: UnsafePointer<Int32>?) -> Int64 {
        linear = unsafe limited((squares.predict(own, other) &>> 16) &<< featureShift)
        let filtered = filters.0.prediction &+ filters.1.prediction &+ filters.2.prediction
        return limited(linear &+ filtered &<< filterShift)
    }

    @inline(__always)
    private func limited(_ value: Int64) -> Int64 { min(max(value, 0 &- limit), limit) }

    /// Teaches the filters.
    @inline(__always)
    func learn(_ value: Int64) {
        let first = (16 &* value &- linear) &>> filterShift
        let second = first &- filters.0.prediction
        let third = second &- filters.1.prediction
        filters.0.learn(saturated(first))
        filters.1.learn(saturated(second))
        filters.2.learn(saturated(third))
    }

    @inline(__always)
    private func saturated(_ value: Int64) -> Int64 { min(max(value, -32768), 32767) }

    /// Teaches least squares the last 64 samples, from `own[0]` on.
    func solve(_ own: UnsafePointer<Int32>, _ other: UnsafePointer<Int32>?) { unsafe squares.learn(own, other) }
}
