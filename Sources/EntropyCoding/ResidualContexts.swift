/// The adaptive bits of a plane's residuals (SPEC §6.3).
///
/// Contexts are `0 ..< 24`; a magnitude |e| has a length k = floor(log2 |e|) in unary, then its k low bits.
struct ResidualContexts {
    private var zero = InlineArray<24, AdaptiveBit>(repeating: AdaptiveBit())
    private var negative = InlineArray<24, AdaptiveBit>(repeating: AdaptiveBit())
    /// `[context][i]`, 16 to a context of which 15 are used.
    private var length = InlineArray<384, AdaptiveBit>(repeating: AdaptiveBit())
    /// `[k]`, for k from 1.
    private var mantissa = InlineArray<16, AdaptiveBit>(repeating: AdaptiveBit())

    /// - Parameter residual: −32768 … 32767.
    @inline(__always)
    mutating func encode(_ residual: Int32, context: Int, into encoder: inout RangeEncoder) {
        zero[context].encode(residual == 0, into: &encoder)
        guard residual != 0 else { return }
        negative[context].encode(residual < 0, into: &encoder)
        encodeMagnitude(residual.magnitude, context: context, into: &encoder)
    }

    /// The inverse of `encode`.
    ///
    /// - Returns: −65535 … 65535: a damaged stream may hold residuals that no sample has.
    @inline(__always)
    mutating func decode(context: Int, from decoder: inout RangeDecoder) -> Int32 {
        if zero[context].decode(from: &decoder) { return 0 }
        let isNegative = negative[context].decode(from: &decoder)
        let magnitude = Int32(bitPattern: decodeMagnitude(context: context, from: &decoder))
        return isNegative ? 0 &- magnitude : magnitude
    }

    @inline(__always)
    private mutating func encodeMagnitude(_ magnitude: UInt32, context: Int, into encoder: inout RangeEncoder) {
        let bits = 31 &- magnitude.leadingZeroBitCount
        var index = context &* 16
        let end = index &+ bits
        while index < end {
            length[index].encode(true, into: &encoder)
            index &+= 1
        }
        if bits < 15 { length[index].encode(false, into: &encoder) }
        guard bits > 0 else { return }
        mantissa[bits].encode(magnitude &>> UInt32(truncatingIfNeeded: bits &- 1) & 1 != 0, into: &encoder)
        encoder.encodeRawBits(magnitude, count: bits &- 1)
    }

    @inline(__always)
    private mutating func decodeMagnitude(context: Int, from decoder: inout RangeDecoder) -> UInt32 {
        let first = context &* 16
        var bits = 0
        while bits < 15, length[first &+ bits].decode(from: &decoder) { bits &+= 1 }
        guard bits > 0 else { return 1 }
        let top: UInt32 = mantissa[bits].decode(from: &decoder) ? 3 : 2
        return top &<< UInt32(truncatingIfNeeded: bits &- 1) | decoder.decodeRawBits(count: bits &- 1)
    }
}
