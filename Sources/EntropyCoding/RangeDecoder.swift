/// Reads the symbols that a ``RangeEncoder`` wrote (SPEC §5).
///
/// A symbol takes two calls: ``target()`` says where in `[0, 65536)` the stream points, the caller finds the symbol
/// whose interval holds that number, and ``consume(low:frequency:)`` removes it:
///
///     let target = decoder.target()
///     let symbol = …                          // low(symbol) ≤ target < low(symbol) + frequency(symbol)
///     decoder.consume(low: low, frequency: frequency)
///
/// Any bytes whatever decode to some symbols: a damaged stream is never an error here, and never reads out of bounds.
/// Past its end a stream reads as zeros; ``exhausted`` counts them.
///
/// Invariants between calls: `2^32 ≤ range ≤ 2^40` and `code < range`. Both are readable as witnesses for
/// conformance tests: decoders that agree on them have read the same symbols, with overwhelming probability.
package struct RangeDecoder: Sendable {
    @usableFromInline package internal(set) var range: UInt64 = 1 << 40
    @usableFromInline package internal(set) var code: UInt64 = 0
    @usableFromInline let bytes: ArraySlice<UInt8>
    @usableFromInline var position: Int

    /// Starts at the first of `bytes`; they are shared, not copied.
    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
        for _ in 0..<5 { code = code &<< 8 | nextByte() }
    }

    package init(_ bytes: [UInt8]) {
        self.init(bytes[...])
    }

    /// How many bytes past the end were read as zeros.
    ///
    /// A decoder is up to five bytes ahead of its symbols, so up to 5 plus the zero bytes that the encoder dropped
    /// means nothing; a great number means that the stream was cut or is not what it is taken for.
    package var exhausted: Int { max(0, position - bytes.endIndex) }

    /// Where the next symbol is: it owns the interval that holds the result.
    ///
    /// - Returns: t of SPEC §5, in `0 ... 65535`.
    @inlinable @inline(__always)
    package func target() -> UInt32 {
        min(65535, UInt32(truncatingIfNeeded: code / (range &>> 16)))
    }

    /// Removes the symbol that owns `[low, low + frequency)`.
    ///
    /// - Precondition: `low ≤ target() < low + frequency ≤ 65536` (not checked: an inner call).
    @inlinable @inline(__always)
    package mutating func consume(low cumulative: UInt32, frequency: UInt32) {
        narrow(to: cumulative, frequency, of: 65536, step: range &>> 16)
    }

    /// Where the next symbol of `[0, total)` is; `total` is at most 65 536.
    @inlinable
    package func target(total: UInt32) -> UInt32 {
        UInt32(truncatingIfNeeded: min(UInt64(total &- 1), code / (range / UInt64(total))))
    }

    /// Removes the symbol that owns `[low, low + frequency)` of `[0, total)`, in which ``target(total:)`` is (not checked).
    @inlinable
    package mutating func consume(low cumulative: UInt32, frequency: UInt32, total: UInt32) {
        narrow(to: cumulative, frequency, of: total, step: range / UInt64(total))
    }

    /// The last symbol of the total takes what rounding leaves over.
    @inlinable @inline(__always)
    mutating func narrow(to cumulative: UInt32, _ frequency: UInt32, of total: UInt32, step: UInt64) {
        let below = step &* UInt64(cumulative)
        code &-= below
        range = cumulative &+ frequency == total ? range &- below : step &* UInt64(frequency)
        if range < 1 &<< 32 { readBytes() }
    }

    /// Reads a bit both of whose values are equally likely.
    @inlinable @inline(__always)
    package mutating func decodeRawBit() -> Bool {
        decodeBit(zeroFrequency: 32768)
    }

    /// Reads `count` raw bits, most significant first.
    @inlinable
    package mutating func decodeRawBits(count: Int) -> UInt32 {
        assert(count >= 0 && count <= 32)
        var value: UInt32 = 0
        var left = count
        while left > 0 {
            left &-= 1
            value = value &<< 1 | (decodeRawBit() ? 1 : 0)
        }
        return value
    }

    /// Reads a bit of which 0 owns `[0, zeroFrequency)` and 1 the rest; 0 < `zeroFrequency` < 65 536.
    ///
    /// `floor(code / step) ≥ f` says the same as `code ≥ step·f`, which saves the division.
    @inlinable @inline(__always)
    package mutating func decodeBit(zeroFrequency: UInt32) -> Bool {
        let split = (range &>> 16) &* UInt64(zeroFrequency)
        let bit = code >= split
        code &-= bit ? split : 0
        range = bit ? range &- split : split
        if range < 1 &<< 32 { readBytes() }
        return bit
    }

    /// Restores `range ≥ 2^32`: one or two bytes come in.
    @inlinable @inline(__always)
    mutating func readBytes() {
        repeat {
            code = code &<< 8 | nextByte()
            range &<<= 8
        } while range < 1 &<< 32
    }

    @inlinable @inline(__always)
    mutating func nextByte() -> UInt64 {
        let byte = position < bytes.endIndex ? UInt64(bytes[position]) : 0
        position &+= 1
        return byte
    }
}
