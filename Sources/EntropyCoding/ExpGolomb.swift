/// Numbers without an upper bound worth modelling, such as how far a symbol lies beyond its alphabet (SPEC §10.4).
///
/// With n = floor(log2(value + 1)): n raw bits 1 and a raw bit 0, then the n low bits of value + 1, most significant
/// first. Values grow by a factor of two for two bits more.
package enum ExpGolomb {
    /// The greatest n, and so the most bits 1 that a stream may hold in a row.
    @usableFromInline package static let maximumLength = 20

    /// The greatest value that can be written: 2^21 − 2.
    package static let maximumValue: UInt32 = 2 << 20 - 2

    /// - Precondition: `value` is at most ``maximumValue``.
    package static func encode(_ value: UInt32, into encoder: inout RangeEncoder) {
        precondition(value <= maximumValue, "an excess of at most 2^21 - 2")
        let length = 31 - (value + 1).leadingZeroBitCount
        for _ in 0..<length { encoder.encodeRawBit(true) }
        encoder.encodeRawBit(false)
        encoder.encodeRawBits(value + 1, count: length)
    }

    /// The inverse of ``encode(_:into:)``.
    ///
    /// - Throws: ``ExpGolombError/tooLong`` for more than 20 bits 1 in a row, which no encoder writes.
    package static func decode(from decoder: inout RangeDecoder) throws(ExpGolombError) -> UInt32 {
        var length = 0
        while decoder.decodeRawBit() {
            length += 1
            guard length <= maximumLength else { throw .tooLong }
        }
        return (1 << UInt32(length) - 1) + decoder.decodeRawBits(count: length)
    }
}

/// Why an excess cannot be read: the stream is damaged.
package enum ExpGolombError: Error, Hashable, Sendable {
    /// More than 20 bits 1 in a row (SPEC §10.4).
    case tooLong
}
