internal import EntropyCoding

/// A string of bytes as metadata chunks hold it: as it is, or range-coded (SPEC §4, §6.2).
enum PackedString {
    private static let stored: UInt8 = 0
    private static let coded: UInt8 = 1
    /// The longest string that may be range-coded: 2^24 bytes.
    private static let maximumCodedLength = 1 << 24

    /// The shorter of both forms.
    static func pack(_ string: [UInt8]) -> [UInt8] {
        guard string.count <= maximumCodedLength else { return [stored] + string }
        var fields = ByteWriter()
        fields.u8(coded)
        fields.varint(UInt32(string.count))
        fields.bytes(ByteStringCoder.encode(string))
        return fields.count < string.count + 1 ? fields.written : [stored] + string
    }

    /// The inverse of ``pack(_:)``, to the end of the chunk.
    static func unpack(_ chunk: Chunk, budget: inout MetadataBudget) throws(BitstreamError) -> [UInt8] {
        var fields = chunk.fields
        if try fields.u8("method", in: 0...1) == stored {
            try budget.take(fields.remaining, offset: chunk.offset)
            return Array(fields.rest())
        }
        let count = try fields.varint("length", in: 0...maximumCodedLength)
        try budget.take(count, offset: chunk.offset)
        return ByteStringCoder.decode(fields.rest(), count: count)
    }
}
