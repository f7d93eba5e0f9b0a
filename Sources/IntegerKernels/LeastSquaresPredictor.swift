internal import CKernels

/// Predicts a sample from sixteen features by least squares over the past, which fades (SPEC §14.2, §14.8).
///
/// Weights follow the normal equations by coordinate descent, four coordinates a sample: a matrix decomposition would
/// need divisions in an agreed precision, and predicts no better (docs/decisions/0006).
@safe package final class LeastSquaresPredictor {
    package static let featureCount = 16

    private let state: UnsafeMutablePointer<vc_least_squares>
    /// `[16]`, within the state.
    private let weights: UnsafeMutablePointer<Int32>
    private let kernel: KernelImplementation

    /// - Parameter shift: the past fades by 2^−shift a sample, 1 … 10.
    package init(shift: Int, kernel: KernelImplementation) {
        precondition(1...10 ~= shift, "the matrix holds 1024 samples at most")
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(to: vc_least_squares())
        unsafe state.pointee.shift = Int32(shift)
        unsafe weights = state.weights
        self.kernel = kernel
    }

    deinit { unsafe state.deallocate() }

    /// The prediction in 1/64.
    ///
    /// - Parameter features: `[16]`, each within ±255.
    @inline(__always)
    package func predict(_ features: UnsafePointer<Int32>) -> Int32 {
        var sum: Int32 = 0
        for i in 0..<Self.featureCount { sum &+= unsafe weights[i] &* features[i] }
        return sum >> 10
    }

    /// Learns from a sample.
    ///
    /// - Parameters:
    ///   - error: of the prediction, in 1/64.
    ///   - gain: 1 … 31.
    @inline(__always)
    package func learn(_ features: UnsafePointer<Int32>, error: Int32, gain: Int32) {
        if let kernels = unsafe kernel.kernels {
            unsafe kernels.pointee.least_squares(state, features, error, gain)
        } else {
            unsafe ReferenceKernels.leastSquares(state, features, error: error, gain: gain)
        }
    }

    /// For tests: everything it has learnt.
    package var learnt: [Int64] {
        (0..<16).map { unsafe Int64(state.weights[$0]) } + (0..<16).map { unsafe state.gradient[$0] }
            + (0..<256).map { unsafe Int64(state.matrix[$0]) }
    }
}

extension UnsafeMutablePointer<vc_least_squares> {
    /// `[16]`
    @inline(__always)
    fileprivate var weights: UnsafeMutablePointer<Int32> { unsafe field(\.weights, Int32.self) }
    /// `[16][16]`
    fileprivate var matrix: UnsafeMutablePointer<Int32> { unsafe field(\.matrix, Int32.self) }
    /// `[16]`
    fileprivate var gradient: UnsafeMutablePointer<Int64> { unsafe field(\.gradient, Int64.self) }

    /// C's arrays come as tuples.
    @inline(__always)
    private func field<Tuple, Value>(
        _ path: KeyPath<vc_least_squares, Tuple>, _: Value.Type
    ) -> UnsafeMutablePointer<Value> {
        let offset = MemoryLayout<vc_least_squares>.offset(of: path)!
        return unsafe (UnsafeMutableRawPointer(self) + offset).assumingMemoryBound(to: Value.self)
    }
}

extension ReferenceKernels {
    /// One step of SPEC §14.8.
    static func leastSquares(
        _ state: UnsafeMutablePointer<vc_least_squares>, _ features: UnsafePointer<Int32>, error: Int32, gain: Int32
    ) {
        let (weights, matrix, gradient) = unsafe (state.weights, state.matrix, state.gradient)
        let shift = unsafe state.pointee.shift, half: Int32 = 1 << (shift - 1)
        for i in 0..<16 {
            for m in 0..<16 {
                let value = unsafe matrix[16 * i + m]
                unsafe matrix[16 * i + m] = value + features[i] * features[m] * gain - (value + half) >> shift
            }
            let value = unsafe gradient[i]
            let pull = unsafe Int64(features[i]) * Int64(error) * Int64(gain)
            unsafe gradient[i] = value + pull - (value + Int64(half)) >> Int64(shift)
        }
        for _ in 0..<4 {
            let j = unsafe Int(state.pointee.next)
            let step = unsafe gradient[j] * 1024 / Int64(matrix[16 * j + j] + 64)
            let wanted = unsafe min(max(Int64(weights[j]) + step, -1 << 18), 1 << 18)
            let delta = unsafe wanted - Int64(weights[j])
            unsafe weights[j] = Int32(wanted)
            for m in 0..<16 { unsafe gradient[m] -= (delta * Int64(matrix[16 * j + m])) >> 10 }
            unsafe state.pointee.next = Int32((j + 1) % 16)
        }
    }
}
