/// A bit whose probability is learned while it is coded (SPEC §6.1).
///
/// Two estimates of the probability of 0, one that learns within some 16 bits and one within some 128, are averaged:
/// the first is right early and after changes, the second is exact in the long run.
package struct AdaptiveBit: Hashable, Sendable {
    /// Probability of 0 in 1/65536, learning fast: 15 … 65 521, where steps round to nothing.
    @usableFromInline var fast: UInt16 = 32768
    /// Likewise, learning slowly: 127 … 65 409.
    @usableFromInline var slow: UInt16 = 32768

    /// Both values equally likely.
    @inlinable
    package init() {}

    /// Frequency of 0 of 65 536, in `71 ... 65465`: neither value is ever impossible.
    @inlinable @inline(__always)
    package var zeroFrequency: UInt32 {
        (UInt32(fast) &+ UInt32(slow)) &>> 1
    }

    /// Writes `bit` and learns from it.
    @inlinable @inline(__always)
    package mutating func encode(_ bit: Bool, into encoder: inout RangeEncoder) {
        encoder.encode(bit, zeroFrequency: zeroFrequency)
        update(bit)
    }

    /// The inverse of ``encode(_:into:)``.
    @inlinable @inline(__always)
    package mutating func decode(from decoder: inout RangeDecoder) -> Bool {
        let bit = decoder.decodeBit(zeroFrequency: zeroFrequency)
        update(bit)
        return bit
    }

    /// `p −= p >> n` after a 1, `p += (65536 − p) >> n` after a 0.
    @inlinable @inline(__always)
    mutating func update(_ bit: Bool) {
        let p = Int32(fast), q = Int32(slow)
        fast = UInt16(truncatingIfNeeded: bit ? p &- p &>> 4 : p &+ (65536 &- p) &>> 4)
        slow = UInt16(truncatingIfNeeded: bit ? q &- q &>> 7 : q &+ (65536 &- q) &>> 7)
    }
}
