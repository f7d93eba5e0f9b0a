internal import CKernels

/// Predicts a waveform from its last samples, and those of a second one, by least squares over the past (SPEC §16.4).
///
/// The normal equations are solved anew every ``period`` samples. Features are 24 bits wide at most, so that no sum needs
/// more than 60 bits.
@safe package final class WaveformSquares {
    package static let tapCount = Int(VC_WAVE_TAPS)
    static let stride = Int(VC_WAVE_STRIDE)
    /// How many samples it learns at a time.
    package static let period = 64
    /// How far before the first of those it reads.
    package static let reach = 40

    private let state: UnsafeMutablePointer<vc_wave_squares>
    private let kernel: KernelImplementation
    private let kernels: UnsafePointer<vc_kernels>?

    package init(kernel: KernelImplementation) {
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(to: vc_wave_squares())
        self.kernel = kernel
        unsafe kernels = kernel.kernels
    }

    deinit { unsafe state.deallocate() }

    /// 2^20 times the prediction of `own[0]`.
    ///
    /// - Parameters:
    ///   - own: the waveform, known before 0.
    ///   - other: the second one, if any, known up to 0.
    @inline(__always)
    package func predict(_ own: UnsafePointer<Int32>, _ other: UnsafePointer<Int32>?) -> Int64 {
        if let kernels = unsafe kernels { return unsafe kernels.pointee.waveform_predict(state, own, other) }
        return unsafe ReferenceKernels.predict(state, own, other)
    }

    /// Learns the samples `own[0 ..< 64]`; both waveforms are read from −40 on.
    package func learn(_ own: UnsafePointer<Int32>, _ other: UnsafePointer<Int32>?) {
        if let kernels = unsafe kernels {
            unsafe kernels.pointee.waveform_learn(state, own, other)
        } else {
            unsafe ReferenceKernels.learn(state, own, other)
        }
    }

    /// For tests: the moments' lower triangle, then the weights.
    package var learnt: [Int64] {
        (0...Self.tapCount).flatMap { i in (0...i).map { unsafe state.moments[i * Self.stride + $0] } }
            + (0..<Self.tapCount).map { unsafe Int64(state.weights[$0]) }
    }
}

extension UnsafeMutablePointer<vc_wave_squares> {
    /// `[33][40]`
    fileprivate var moments: UnsafeMutablePointer<Int64> { unsafe field(\.moments, Int64.self) }
    /// `[32]`
    fileprivate var weights: UnsafeMutablePointer<Int32> { unsafe field(\.weights, Int32.self) }

    /// C's arrays come as tuples.
    private func field<Tuple, Value>(
        _ path: KeyPath<vc_wave_squares, Tuple>, _: Value.Type
    ) -> UnsafeMutablePointer<Value> {
        let offset = MemoryLayout<vc_wave_squares>.offset(of: path)!
        return unsafe (UnsafeMutableRawPointer(self) + offset).assumingMemoryBound(to: Value.self)
    }
}

extension ReferenceKernels {
    /// The sample at `t` (term 0), then the features of SPEC §16.4.
    private static func terms(
        _ own: UnsafePointer<Int32>, _ other: UnsafePointer<Int32>?, at t: Int
    ) -> [Int64] {
        guard let other = unsafe other else { return (0...32).map { unsafe Int64(own[t - $0]) } }
        return (0...16).map { unsafe Int64(own[t - $0]) } + (0..<16).map { unsafe Int64(other[t - $0]) }
    }

    fileprivate static func predict(
        _ state: UnsafeMutablePointer<vc_wave_squares>, _ own: UnsafePointer<Int32>, _ other: UnsafePointer<Int32>?
    ) -> Int64 {
        // Term 0 is not known yet, and left out.
        let features = unsafe terms(own, other, at: 0).dropFirst()
        return zip(0..., features).reduce(0) { unsafe $0 + Int64(state.weights[$1.0]) * $1.1 }
    }

    fileprivate static func learn(
        _ state: UnsafeMutablePointer<vc_wave_squares>, _ own: UnsafePointer<Int32>, _ other: UnsafePointer<Int32>?
    ) {
        let moments = unsafe state.moments
        let stride: Int = WaveformSquares.stride
        let rows = (0..<WaveformSquares.period).map { unsafe terms(own, other, at: $0) }
        for i in 0...WaveformSquares.tapCount {
            for j in 0...i {
                let sum = rows.reduce(0) { $0 + $1[i] * $1[j] }
                unsafe moments[i * stride + j] += sum - moments[i * stride + j] >> 4
            }
        }
        let solution = NormalEquations(moments: { unsafe moments[$0 * stride + $1] }).solution
        for (k, weight) in solution.enumerated() { unsafe state.weights[k] = weight }
    }
}
