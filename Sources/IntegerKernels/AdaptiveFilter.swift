internal import CKernels

/// A long linear filter whose weights follow the error of every sample: normalised least mean squares (SPEC §16.5).
///
/// Source: Widrow & Stearns, "Adaptive Signal Processing" (1985), ch. 6 and 12.
@safe package final class AdaptiveFilter {
    /// What a filter is, beside what it learns.
    package struct Design: Sendable {
        /// A multiple of 16.
        let taps: Int
        /// Weights are in 2^−`scale`, of which the upper 16 bits predict; 16 … 30.
        let scale: Int64
        /// The step is 2^−`pace` of what would undo the error.
        let pace: Int64

        package init(taps: Int, scale: Int, pace: Int) {
            precondition(taps > 0 && taps % 16 == 0 && 16...30 ~= scale && 1...16 ~= pace, "as SPEC §16.5 needs")
            self.taps = taps
            self.scale = Int64(scale)
            self.pace = Int64(pace)
        }
    }

    private static let room = 4096

    private let design: Design
    private let kernels: UnsafePointer<vc_kernels>?
    /// `[taps]`, of the oldest value first.
    private let weights: UnsafeMutablePointer<Int32>
    /// `[room + taps + 1]`: values times 65536; those that count start at `start`, the oldest first.
    private let history: UnsafeMutablePointer<Int32>
    private var start = 0
    /// Sum of the squares that count.
    private var energy: Int64 = 0
    private var sum: Int32 = 0

    package init(_ design: Design, kernel: KernelImplementation) {
        self.design = design
        unsafe kernels = kernel.kernels
        unsafe weights = .allocate(capacity: design.taps)
        unsafe weights.initialize(repeating: 0, count: design.taps)
        unsafe history = .allocate(capacity: Self.room + design.taps + 1)
        unsafe history.initialize(repeating: 0, count: Self.room + design.taps + 1)
    }

    deinit {
        unsafe weights.deallocate()
        unsafe history.deallocate()
    }

    /// Of the next value.
    @inline(__always)
    package var prediction: Int64 { Int64(sum) &>> (design.scale &- 16) }

    /// - Parameter value: an int16.
    @inline(__always)
    package func learn(_ value: Int64) {
        let taps = design.taps
        let places = max(0, Int64(64 &- energy.leadingZeroBitCount) &>> 1 &- 7)
        let error = value &- prediction
        let pull = error &<< (design.scale &- design.pace &+ places)
        // |pull| < 2^57: |error| < 2^19, scale − pace ≤ 24 and places ≤ 14.
        let gain = min(max(pull / (energy &+ 16 &* Int64(taps) &+ 1), -32768), 32767)
        let oldest = unsafe Int64(history[start] &>> 16)
        energy &+= value &* value &- oldest &* oldest
        unsafe history[start &+ taps] = Int32(truncatingIfNeeded: value &<< 16)
        adapt(gain: Int32(truncatingIfNeeded: gain), shift: Int32(truncatingIfNeeded: places))
        start &+= 1
        if start == Self.room { rewind() }
    }

    @inline(__always)
    private func adapt(gain: Int32, shift: Int32) {
        if let kernels = unsafe kernels {
            unsafe sum = kernels.pointee.waveform_adapt(weights, history + start, Int64(design.taps), gain, shift)
        } else {
            unsafe sum = ReferenceKernels.adapt(weights, history + start, count: design.taps, gain: gain, shift: shift)
        }
    }

    private func rewind() {
        unsafe history.update(from: history + start, count: design.taps)
        start = 0
    }
}

extension ReferenceKernels {
    /// `w[i] += (gain · h[i]) >> shift`, then Σ (w[i] >> 16) · h[i + 1], both mod 2^32, for values `h` times 65536.
    static func adapt(
        _ weights: UnsafeMutablePointer<Int32>, _ history: UnsafePointer<Int32>, count: Int, gain: Int32, shift: Int32
    ) -> Int32 {
        var sum: Int32 = 0
        for i in 0..<count {
            unsafe weights[i] &+= (gain &* (history[i] &>> 16)) &>> shift
            unsafe sum &+= (weights[i] &>> 16) &* (history[i + 1] &>> 16)
        }
        return sum
    }
}
