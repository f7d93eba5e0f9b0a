/// The constants that turn integer prior parameters into integer frequencies (SPEC §7, §10).
///
/// All of them are stored in the model file, so no floating-point function stands between bytes and symbols.
package final class EntropyTables: Sendable {
    /// Upper tail of the standard Gaussian: `[2048]`, Q16, argument in 1/256 standard deviations.
    let tail: [UInt16]
    /// `round(65 536 / σ)` for each scale index, σ in quantisation steps.
    let inverse: [UInt32]
    /// Symbols that a scale index reaches from its centre before its tail counts as an escape.
    let reach: [UInt8]
    /// `2^(−i/64)`: `[1024]`, Q16.
    let exponential: [UInt32]
    /// The standard deviation of scale index 0 is `2^(minimumScale/8)` quantisation steps.
    let minimumScale: Int32
    /// A vector whose scale indices and offsets do not exceed these is not coded (SPEC §10.4).
    let skipScale: UInt8
    let skipOffset: Int32

    /// - Precondition: `tail.count == 2048`, `exponential.count == 1024`, `inverse.count == reach.count`, 1 … 255 scales.
    package init(
        tail: [UInt16], inverse: [UInt32], reach: [UInt8], exponential: [UInt32],
        minimumScale: Int8, skipScale: UInt8, skipOffset: UInt8
    ) {
        precondition(tail.count == 2048 && exponential.count == 1024)
        precondition(inverse.count == reach.count && !inverse.isEmpty && inverse.count < 256)
        self.tail = tail
        self.inverse = inverse
        self.reach = reach
        self.exponential = exponential
        self.minimumScale = Int32(minimumScale)
        self.skipScale = skipScale
        self.skipOffset = Int32(skipOffset)
    }

    /// Scale index of a log scale in 1/256 octave (SPEC §10.2).
    @inline(__always)
    func scaleIndex(logScale: Int32) -> UInt8 {
        UInt8(truncatingIfNeeded: min(max(((logScale + 16) >> 5) - minimumScale, 0), Int32(inverse.count - 1)))
    }

    /// Φ of SPEC §10.3: the part of a component's mass below a boundary `x` (1/64 step) from its mean, Q16.
    @inline(__always)
    func massBelow(_ x: Int32, inverseScale: UInt32) -> UInt32 {
        let u = (UInt64(x.magnitude) &* UInt64(inverseScale) &+ 8192) &>> 14
        let p = u < 2048 ? UInt32(tail[Int(truncatingIfNeeded: u)]) : 0
        return x <= 0 ? p : 65536 &- p
    }
}
