/// Reads the little-endian fields of SPEC §1 from a slice of a file.
///
/// Every field is read under its name in SPEC.md, so that an error can name it. Lengths are checked before anything
/// is read or copied. The inverse of ``ByteWriter``.
package struct ByteReader: Sendable {
    private let slice: ArraySlice<UInt8>
    private let origin: Int
    private var index: Int

    /// - Parameter origin: the offset in the file of index 0 of the slice.
    package init(_ slice: ArraySlice<UInt8>, origin: Int = 0) {
        self.slice = slice
        self.origin = origin
        index = slice.startIndex
    }

    /// Of the next byte, in the file.
    package var offset: Int { origin + index }

    /// Bytes not yet read.
    package var remaining: Int { slice.endIndex - index }

    /// The next `count` bytes; shared, not copied.
    ///
    /// - Throws: ``BitstreamError/incompleteField(name:offset:needed:available:)``, here and from all other fields.
    package mutating func bytes(_ count: Int, _ name: String) throws(BitstreamError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw .incompleteField(name: name, offset: offset, needed: count, available: remaining)
        }
        defer { index += count }
        return slice[index..<index + count]
    }

    /// Everything not yet read.
    package mutating func rest() -> ArraySlice<UInt8> {
        defer { index = slice.endIndex }
        return slice[index...]
    }

    package mutating func u8(_ name: String) throws(BitstreamError) -> UInt8 {
        UInt8(truncatingIfNeeded: try littleEndian(1, name))
    }

    package mutating func u16(_ name: String) throws(BitstreamError) -> UInt16 {
        UInt16(truncatingIfNeeded: try littleEndian(2, name))
    }

    package mutating func u32(_ name: String) throws(BitstreamError) -> UInt32 {
        try littleEndian(4, name)
    }

    /// A `u8` that must lie in `allowed`.
    package mutating func u8(_ name: String, in allowed: ClosedRange<Int>) throws(BitstreamError) -> Int {
        let start = offset
        return try Self.checked(Int(try u8(name)), name, in: allowed, offset: start)
    }

    /// LEB128 of at most five bytes, below 2^32. An encoding longer than the shortest is accepted.
    ///
    /// - Throws: ``BitstreamError/invalidVarint(name:offset:)`` for more bytes or a greater value.
    package mutating func varint(_ name: String) throws(BitstreamError) -> UInt32 {
        let start = offset
        var value: UInt64 = 0
        for shift: UInt64 in [0, 7, 14, 21, 28] {
            guard remaining > 0 else {
                throw .incompleteField(name: name, offset: start, needed: offset - start + 1, available: offset - start)
            }
            let byte = slice[index]
            index += 1
            value |= UInt64(byte & 0x7F) << shift
            guard byte < 0x80 else { continue }
            guard let result = UInt32(exactly: value) else { break }
            return result
        }
        throw .invalidVarint(name: name, offset: start)
    }

    /// A varint that must lie in `allowed`.
    package mutating func varint(_ name: String, in allowed: ClosedRange<Int>) throws(BitstreamError) -> Int {
        let start = offset
        return try Self.checked(Int(try varint(name)), name, in: allowed, offset: start)
    }

    /// Checks that nothing is left of a chunk's payload.
    package func finish(_ kind: ChunkKind) throws(BitstreamError) {
        guard remaining == 0 else { throw .trailingBytes(kind: kind, count: remaining, offset: offset) }
    }

    private mutating func littleEndian(_ count: Int, _ name: String) throws(BitstreamError) -> UInt32 {
        try bytes(count, name).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func checked(
        _ value: Int, _ name: String, in allowed: ClosedRange<Int>, offset: Int
    ) throws(BitstreamError) -> Int {
        guard allowed.contains(value) else {
            throw .invalidField(name: name, value: value, allowed: allowed, offset: offset)
        }
        return value
    }
}
