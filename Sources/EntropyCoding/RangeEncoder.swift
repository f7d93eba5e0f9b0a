/// Writes symbols, each an interval of `[0, 65536)`, into as few bytes as their probabilities allow (SPEC §5).
///
/// Everything written so far is a set of numbers, the interval `[low, low + range)`, scaled so that `range` keeps
/// between 2^32 and 2^40:
///
///     value of the stream in base 256:   0 . b0 b1 b2 … bn | 40 bits of low
///                                             └ bytes ──┘
///
/// Coding a symbol replaces the interval by a part of it. Invariants between calls:
///
/// - `2^32 ≤ range ≤ 2^40`, so that one step of 1/65536 is at least 2^16 and no symbol's part is empty;
/// - `low + range ≤ 2^41`, because intervals only ever shrink between two bytes: `low` holds at most one carry, and
///   it is enough to look for it when a byte leaves;
/// - a carry always finds a byte below 255, because the very first interval was `[0, 1)`.
///
/// After Martin, "Range encoding: an algorithm for removing redundancy from a digitised message" (1979), with the
/// last symbol taking what rounding leaves over. The inverse of ``RangeDecoder``.
package struct RangeEncoder: Sendable {
    @usableFromInline var low: UInt64 = 0
    @usableFromInline var range: UInt64 = 1 << 40
    @usableFromInline var bytes: [UInt8] = []

    @inlinable
    package init() {}

    /// Bytes written so far; `finish()` adds at most five.
    @inlinable
    package var byteCount: Int { bytes.count }

    /// Writes the symbol that owns `[low, low + frequency)`.
    ///
    /// - Precondition: `frequency` is at least 1 and `low + frequency` at most 65 536 (not checked: an inner call).
    @inlinable @inline(__always)
    package mutating func encode(low cumulative: UInt32, frequency: UInt32) {
        narrow(to: cumulative, frequency, of: 65536, step: range &>> 16)
    }

    /// Writes the symbol that owns `[low, low + frequency)` of `[0, total)`.
    ///
    /// - Precondition: `frequency` is at least 1, `low + frequency` at most `total`, and that at most 65 536 (not checked).
    @inlinable
    package mutating func encode(low cumulative: UInt32, frequency: UInt32, total: UInt32) {
        narrow(to: cumulative, frequency, of: total, step: range / UInt64(total))
    }

    /// The last symbol of the total takes what rounding leaves over.
    @inlinable @inline(__always)
    mutating func narrow(to cumulative: UInt32, _ frequency: UInt32, of total: UInt32, step: UInt64) {
        assert(frequency >= 1 && cumulative < total && cumulative + frequency <= total && total <= 65536)
        let below = step &* UInt64(cumulative)
        low &+= below
        range = cumulative &+ frequency == total ? range &- below : step &* UInt64(frequency)
        if range < 1 &<< 32 { writeBytes() }
    }

    /// Writes a bit both of whose values are equally likely: exactly one bit, up to rounding.
    @inlinable @inline(__always)
    package mutating func encodeRawBit(_ bit: Bool) {
        encode(bit, zeroFrequency: 32768)
    }

    /// Writes the `count` low bits of `value`, most significant first, all raw.
    @inlinable
    package mutating func encodeRawBits(_ value: UInt32, count: Int) {
        assert(count >= 0 && count <= 32)
        var position = count
        while position > 0 {
            position &-= 1
            encodeRawBit(value &>> UInt32(truncatingIfNeeded: position) & 1 != 0)
        }
    }

    /// Writes a bit of which 0 owns `[0, zeroFrequency)` and 1 the rest; 0 < `zeroFrequency` < 65 536.
    @inlinable @inline(__always)
    package mutating func encode(_ bit: Bool, zeroFrequency: UInt32) {
        let split = (range &>> 16) &* UInt64(zeroFrequency)
        low &+= bit ? split : 0
        range = bit ? range &- split : split
        if range < 1 &<< 32 { writeBytes() }
    }

    /// Restores `range ≥ 2^32`: one or two bytes leave, the first of which may carry into those before it.
    @usableFromInline @inline(never)
    mutating func writeBytes() {
        if low &>> 40 != 0 { carry() }
        repeat {
            bytes.append(UInt8(truncatingIfNeeded: low &>> 32))
            low = (low &<< 8) & (1 &<< 40 &- 1)
            range &<<= 8
        } while range < 1 &<< 32
    }

    private mutating func carry() {
        low &= 1 << 40 - 1
        var last = bytes.count - 1
        while bytes[last] == 255 {
            bytes[last] = 0
            last -= 1
        }
        bytes[last] += 1
    }

    /// Ends the stream with the fewest bytes that name a number in `[low, low + range)`.
    ///
    /// The decoder reads zeros past the end, so trailing zero bytes are dropped; no symbols take no bytes at all.
    ///
    /// - Postcondition: the result is empty or its last byte is not 0.
    package consuming func finish() -> [UInt8] {
        low = shortestEnding
        if low >> 40 != 0 { carry() }
        for shift: UInt64 in [32, 24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: low >> shift)) }
        while bytes.last == 0 { bytes.removeLast() }
        return bytes
    }

    /// The number in `[low, low + range)` with the most zero bytes at its end.
    private var shortestEnding: UInt64 {
        for zeroBits: UInt64 in [40, 32, 24, 16, 8] {
            let mask: UInt64 = 1 << zeroBits - 1
            let rounded = (low + mask) & ~mask
            if rounded < low + range { return rounded }
        }
        return low
    }
}
