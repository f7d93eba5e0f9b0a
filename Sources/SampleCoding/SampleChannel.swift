internal import IntegerKernels

/// What one channel of a band has learnt, and the predictions of its next sample (SPEC §14.4, §14.5, §14.8).
@safe final class SampleChannel {
    static let scale: Int32 = 64
    private static let predictionCount = BitMixture.predictionCount
    private static let blended = 6
    private static let scaleCount = 64

    var samples: SampleRows
    var residuals: SampleRows
    let mixture = BitMixture()

    /// Of the next sample, in 1/64: `[0 ..< 7]`, the last a blend of the others.
    let predictions: UnsafeMutablePointer<Int32>
    /// 2^24 over the error to expect of each prediction, in 1/256.
    let precisions: UnsafeMutablePointer<Int32>
    /// The blend, rounded to a sample.
    private(set) var center: Int32 = 0

    private let index: Int
    private let slow: LeastSquaresPredictor
    private let fast: LeastSquaresPredictor
    private let features: UnsafeMutablePointer<Int32>
    /// Linear parts of predictions 0 and 1.
    private var linear: (Int32, Int32) = (0, 0)
    private var base: Int32 = 0
    private var activity: Int32 = 0
    /// Absolute errors in 1/16, of each prediction.
    private var errors: [ErrorRows]
    /// `[prediction][scale]`: mean absolute errors in 1/256.
    private let meanErrors: UnsafeMutablePointer<Int32>
    /// Where in `meanErrors` each prediction stands.
    private let scales: UnsafeMutablePointer<Int>
    private let localErrors: UnsafeMutablePointer<Int32>
    private let logarithms = SampleTables.coarseLogarithms
    private let falls = SampleTables.falls

    /// A class, so that an array can hold what cannot be copied.
    private final class ErrorRows {
        var rows: SampleRows
        init(width: Int) { rows = SampleRows(width: width) }
    }

    init(index: Int, width: Int, kernel: KernelImplementation) {
        self.index = index
        samples = SampleRows(width: width)
        residuals = SampleRows(width: width)
        errors = (0..<Self.predictionCount).map { _ in ErrorRows(width: width) }
        slow = LeastSquaresPredictor(shift: 10, kernel: kernel)
        fast = LeastSquaresPredictor(shift: 6, kernel: kernel)
        unsafe predictions = Self.zeros(Self.predictionCount)
        unsafe precisions = Self.zeros(Self.predictionCount)
        unsafe localErrors = Self.zeros(Self.predictionCount)
        unsafe features = Self.zeros(LeastSquaresPredictor.featureCount)
        unsafe meanErrors = Self.zeros(Self.predictionCount * Self.scaleCount)
        unsafe scales = .allocate(capacity: Self.predictionCount)
        unsafe scales.initialize(repeating: 0, count: Self.predictionCount)
        for i in 0..<Self.predictionCount * Self.scaleCount {
            let scale = Int32(i % Self.scaleCount)
            unsafe meanErrors[i] = 77 + ((22 << (scale >> 2)) * (4 + scale & 3)) >> 2
        }
    }

    deinit {
        unsafe predictions.deallocate()
        unsafe precisions.deallocate()
        unsafe localErrors.deallocate()
        unsafe features.deallocate()
        unsafe meanErrors.deallocate()
        unsafe scales.deallocate()
    }

    private static func zeros(_ count: Int) -> UnsafeMutablePointer<Int32> {
        let values = UnsafeMutablePointer<Int32>.allocate(capacity: count)
        unsafe values.initialize(repeating: 0, count: count)
        return unsafe values
    }

    func startRow() {
        samples.startRow()
        residuals.startRow()
        for error in errors { error.rows.startRow() }
    }

    func finishRow() {
        samples.finishRow()
        residuals.finishRow()
        for error in errors { error.rows.finishRow() }
    }

    /// Prepares the coding of a sample.
    ///
    /// - Parameters:
    ///   - before: the channel coded just before, and the one before that.
    ///   - after: the channels still to come in this pixel.
    func predict(
        _ x: Int, before: (SampleChannel?, SampleChannel?), after: (SampleChannel?, SampleChannel?)
    ) {
        let own = Neighbours(samples, x)
        let previous = before.0.map { Neighbours($0.samples, x) } ?? Neighbours()
        let sample = before.0.map { unsafe $0.samples.row[x] } ?? 0
        base = (own.west &+ own.north) &>> 1
        activity = abs(own.west &- own.northWest) &+ abs(own.north &- own.northEast) &+ abs(own.north &- own.northWest)
        gatherFeatures(x, own, before: before, after: after)
        predictLinearly()
        predictSimply(own, sample, previous)
        measureErrors(x)
        let center = blend()
        unsafe predictions[Self.blended] = center
        self.center = (center &+ 32) &>> 6
        let residual = (before.0.map { unsafe $0.residuals.row[x] } ?? 0, before.1.map { unsafe $0.residuals.row[x] } ?? 0)
        chooseScales(residual)
        chooseContexts(x, own, center, residual)
    }

    /// Takes a sample that was not predicted: nothing is learnt from it (SPEC §14.9).
    func skip(_ sample: Int32, at x: Int) {
        unsafe samples.row[x] = sample
        unsafe residuals.row[x] = 0
        for i in 0..<Self.predictionCount { unsafe errors[i].rows.row[x] = 0 }
    }

    /// Learns what the sample was.
    func learn(_ sample: Int32, at x: Int) {
        unsafe samples.row[x] = sample
        unsafe residuals.row[x] = sample &- center
        for i in 0..<Self.predictionCount {
            let error = unsafe abs(Self.scale &* sample &- predictions[i])
            unsafe errors[i].rows.row[x] = error &>> 2
            let mean = unsafe meanErrors + (Self.scaleCount &* i &+ scales[i])
            let change: Int32 = unsafe (4 &* error &- mean.pointee &+ 64) &>> 7
            unsafe mean.pointee &+= change
        }
        let gain = min(max(64 / (activity &+ 2), 1), 31)
        let target = Self.scale &* (sample &- base)
        unsafe slow.learn(features, error: target &- linear.0, gain: gain)
        unsafe fast.learn(features, error: target &- linear.1, gain: gain)
    }
}

/// The samples next to one, of the same or another channel.
private struct Neighbours {
    var west: Int32 = 0
    var north: Int32 = 0
    var northWest: Int32 = 0
    var northEast: Int32 = 0

    @inline(__always)
    init() {}

    @inline(__always)
    init(_ rows: borrowing SampleRows, _ x: Int) {
        west = unsafe rows.row[x &- 1]
        north = unsafe rows.above[x]
        northWest = unsafe rows.above[x &- 1]
        northEast = unsafe rows.above[x &+ 1]
    }
}

extension SampleChannel {
    @inline(__always)
    private func gatherFeatures(
        _ x: Int, _ own: Neighbours, before: (SampleChannel?, SampleChannel?), after: (SampleChannel?, SampleChannel?)
    ) {
        let f = unsafe features
        let (row, above, above2) = unsafe (samples.row + x, samples.above + x, samples.above2 + x)
        unsafe f[0] = own.west &- own.north
        unsafe f[1] = own.northWest &- base
        unsafe f[2] = own.northEast &- own.north
        unsafe f[3] = row[-2] &- own.west
        unsafe f[4] = above2[0] &- own.north
        unsafe f[5] = above2[1] &- own.northEast
        unsafe f[6] = above[-2] &- own.northWest
        unsafe f[7] = above2[-1] &- own.northWest
        if let channel = before.0 { unsafe channel.addFeatures(x, to: f + 8) }
        if let channel = before.1 {
            unsafe channel.addFeatures(x, to: f + 12)
        } else {
            unsafe f[12] = above[2] &- own.northEast
            if let last = after.1 ?? after.0 { unsafe last.addPastFeatures(x, to: f + 13) }
            if after.1 != nil, let next = after.0 { unsafe next.addPastFeatures(x, to: f + 8) }
        }
    }

    /// Of a channel whose sample in this pixel is known.
    @inline(__always)
    private func addFeatures(_ x: Int, to f: UnsafeMutablePointer<Int32>) {
        let n = Neighbours(samples, x)
        let base = (n.west &+ n.north) &>> 1
        unsafe f[0] = samples.row[x] &- base
        unsafe f[1] = n.west &- n.north
        unsafe f[2] = n.northWest &- base
        unsafe f[3] = n.northEast &- n.north
    }

    /// Of a channel whose sample in this pixel is still to come.
    @inline(__always)
    private func addPastFeatures(_ x: Int, to f: UnsafeMutablePointer<Int32>) {
        let n = Neighbours(samples, x)
        unsafe f[0] = n.west &- n.north
        unsafe f[1] = n.north &- n.northWest
    }

    @inline(__always)
    private func predictLinearly() {
        linear = unsafe (slow.predict(features), fast.predict(features))
        unsafe predictions[0] = Self.limited(Self.scale &* base &+ linear.0)
        unsafe predictions[1] = Self.limited(Self.scale &* base &+ linear.1)
    }

    /// From few neighbours, with what the channel before shows of the step from them to here.
    @inline(__always)
    private func predictSimply(_ own: Neighbours, _ sample: Int32, _ previous: Neighbours) {
        let median = Self.medianEdge(
            own.west &- previous.west, own.north &- previous.north, own.northWest &- previous.northWest)
        unsafe predictions[2] = Self.limited(Self.scale &* (sample &+ median))
        unsafe predictions[3] = Self.limited(Self.scale &* (own.west &+ sample &- previous.west))
        unsafe predictions[4] = Self.limited(Self.scale &* (own.north &+ sample &- previous.north))
        let ownSlope = 32 &* (own.west &+ own.north) &+ 16 &* (own.northEast &- own.northWest)
        let previousSlope = 32 &* (previous.west &+ previous.north) &+ 16 &* (previous.northEast &- previous.northWest)
        unsafe predictions[5] = Self.limited(ownSlope &+ Self.scale &* sample &- previousSlope)
    }

    @inline(__always)
    private static func limited(_ value: Int32) -> Int32 { min(max(value, 0), 255 &* scale) }

    @inline(__always)
    private static func medianEdge(_ west: Int32, _ north: Int32, _ northWest: Int32) -> Int32 {
        min(max(west &+ north &- northWest, min(west, north)), max(west, north))
    }

    @inline(__always)
    private func measureErrors(_ x: Int) {
        for i in 0..<Self.predictionCount {
            let (row, above) = unsafe (errors[i].rows.row + x, errors[i].rows.above + x)
            let near = unsafe 2 &* (row[-1] &+ above[0]) &+ above[-1] &+ above[1]
            unsafe localErrors[i] = (near &+ row[-2] &+ errors[i].rows.above2[x]) &>> 3
        }
    }

    /// 16 log2, of at most 4095.
    @inline(__always)
    private func logarithm(_ value: Int32) -> Int32 {
        unsafe logarithms.withUnsafeBufferPointer { unsafe $0[Int(min(4095, value))] }
    }

    /// The first six predictions, weighted by the inverse fourth power of their errors nearby.
    @inline(__always)
    private func blend() -> Int32 {
        var least = Int32.max
        for i in 0..<Self.blended { least = unsafe min(least, logarithm(localErrors[i] &+ 3)) }
        var sum: Int64 = 0, total: Int64 = 0
        unsafe falls.withUnsafeBufferPointer { falls in
            for i in 0..<Self.blended {
                let weight = unsafe falls[Int(min(255, 4 &* (logarithm(localErrors[i] &+ 3) &- least)))]
                sum &+= unsafe weight &* Int64(predictions[i])
                total &+= weight
            }
        }
        return Int32(truncatingIfNeeded: (sum &+ total &>> 1) / total)
    }

    @inline(__always)
    private func chooseScales(_ residual: (Int32, Int32)) {
        let cross = index == 1 ? 2 &* abs(residual.0) : abs(residual.0) &+ abs(residual.1)
        for i in 0..<Self.predictionCount {
            let local = unsafe index == 0 ? localErrors[i] : (21 &* localErrors[i] &+ 88 &* cross) &>> 5
            let scale = Int(min(63, (logarithm(local &+ activity &>> 1 &+ 4) &- 32) &>> 2))
            unsafe scales[i] = scale
            unsafe precisions[i] = 1 &<< 24 / max(31, (7 &* meanErrors[Self.scaleCount &* i &+ scale]) &>> 4)
        }
    }

    /// −5 … 5 for a difference in 1/64.
    @inline(__always)
    private static func step(_ value: Int32) -> Int {
        let size = abs(value)
        let step = size < 48 ? 0 : size < 128 ? 1 : size < 256 ? 2 : size < 512 ? 3 : size < 1024 ? 4 : 5
        return value < 0 ? -step : step
    }

    @inline(__always)
    private static func step3(_ value: Int32) -> Int { min(max(step(value), -3), 3) }

    @inline(__always)
    private static func clamped(_ value: Int32, _ limit: Int32) -> Int { Int(min(max(value, -limit), limit) &+ limit) }

    @inline(__always)
    private func chooseContexts(_ x: Int, _ own: Neighbours, _ center: Int32, _ residual: (Int32, Int32)) {
        let scale = unsafe min(15, max(0, scales[Self.blended] &>> 1 &- 1))
        let coarseScale = min(3, scale / 3)
        @inline(__always) func toCenter(_ sample: Int32) -> Int { Self.step(Self.scale &* sample &- center) &+ 5 }
        @inline(__always) func from(_ i: Int, times factor: Int32) -> Int {
            unsafe Self.step(factor &* (predictions[i] &- center)) &+ 5
        }
        let contexts = unsafe mixture.contexts
        unsafe contexts[0] = 44 &* toCenter(own.west) &+ 4 &* toCenter(own.north) &+ coarseScale
        unsafe contexts[1] = 31 &* Self.clamped(residual.0, 15) &+ Self.clamped(residual.1, 15)
        unsafe contexts[2] = 121 &* toCenter(own.northEast) &+ 11 &* toCenter(own.northWest) &+ toCenter(samples.above2[x])
        unsafe contexts[3] = 121 &* from(2, times: 2) &+ 11 &* from(0, times: 4) &+ from(1, times: 4)
        unsafe contexts[4] = 25 &* Self.clamped(residuals.row[x &- 1], 12) &+ Self.clamped(residuals.above[x], 12)
        unsafe contexts[5] = 4 &* Int(self.center) &+ coarseScale
        mixture.firstSet = scale
        mixture.secondSet = 7 &* (Self.step3(Self.scale &* residual.0) &+ 3) &+ Self.step3(Self.scale &* (own.west &- own.north)) &+ 3
    }
}
