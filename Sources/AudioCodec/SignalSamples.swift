package import BitstreamFormat

/// From values of lossy sound, in 1/64 of a step of 16-bit samples, to samples of the header's kind (SPEC §19.9).
extension SampleBlock {
    /// - Parameter signal: `[channel][frame]`, after all overlaps.
    package init(signal: [[Int32]], _ kind: SoundHeader.SampleKind) {
        switch kind {
        case .integer(let bits): self = .integer(signal.map { $0.map { Self.integer($0, bits: bits) } })
        case .float32: self = .float32(signal.map { $0.map { UInt32(truncatingIfNeeded: Self.float($0, .binary32)) } })
        case .float64: self = .float64(signal.map { $0.map { Self.float($0, .binary64) } })
        }
    }

    /// Full scale is 2^21 in a signal and 2^(bits − 1) in samples.
    @inline(__always)
    private static func integer(_ value: Int32, bits: Int) -> Int32 {
        let most = Int(1) << (bits - 1) - 1
        let scaled = bits < 22 ? (Int(value) + 1 << (21 - bits)) >> (22 - bits) : Int(value) << (bits - 22)
        return Int32(truncatingIfNeeded: min(max(scaled, -most - 1), most))
    }

    /// The bits of value · 2^−21, rounded to nearest, ties to even.
    private static func float(_ value: Int32, _ layout: FloatLayout) -> UInt64 {
        guard value != 0 else { return 0 }
        let magnitude = Int64(value.magnitude)
        let excess = max(0, 63 - magnitude.leadingZeroBitCount - layout.fractionBits)
        let odd = magnitude >> Int64(excess) & 1
        let rounded = excess == 0 ? magnitude : (magnitude + (1 << Int64(excess - 1) - 1) + odd) >> Int64(excess)
        // At most 2^24 where anything was rounded off, and never subnormal.
        let significand = Int32(truncatingIfNeeded: value < 0 ? -rounded : rounded)
        return layout.bits(of: significand, exponent: excess - 21)!
    }
}
