/// Where the blocks of a sound file are: the content of its last chunk, `E` (SPEC §17.5).
package struct BlockIndex: Hashable, Sendable {
    /// Bytes of the whole chunk of each block, in order.
    package private(set) var lengths: [Int] = []
    /// Frames of the last block; 0 if there is none.
    package private(set) var lastFrames = 0

    package init() {}

    /// Counts one block more.
    package mutating func append(chunkLength: Int, frames: Int) {
        lengths.append(chunkLength)
        lastFrames = frames
    }

    /// Frames of all blocks.
    package func frames(blockLength: Int) -> Int { max(0, lengths.count - 1) * blockLength + lastFrames }

    /// The offset of block `index`, given that of the chunk `E`.
    package func offset(ofBlock index: Int, end: Int) -> Int { end - lengths[index...].reduce(0, +) }
}

extension BlockIndex {
    /// The last bytes of a file: the length of its chunk `E`, and that chunk's checksum.
    package static let trailerSize = 8

    /// Where the chunk `E` starts of a file of `size` bytes, by its last ones.
    package static func start(trailer: [UInt8], size: Int) throws(BitstreamError) -> Int {
        let offset = size - trailer.count
        var fields = ByteReader(trailer[...], origin: offset)
        let length = Int(try fields.u32("length of the end"))
        guard trailerSize...size ~= length, length <= maximumLength else { throw .missingChunk(.end, offset: offset) }
        return size - length
    }

    /// Checks that kind and length of a chunk `E` at `offset` are those of one that ends the file.
    package static func check(beginning: [UInt8], at offset: Int, size: Int) throws(BitstreamError) {
        var fields = ByteReader(beginning[...], origin: offset)
        guard try fields.u8("kind") == ChunkKind.end.rawValue else { throw .missingChunk(.end, offset: offset) }
        let length = Int(try fields.varint("chunk length"))
        guard fields.offset + length + 4 == size else { throw .missingChunk(.end, offset: offset) }
    }

    /// The longest payload of a chunk `E` after so many blocks (SPEC §17.1).
    static func maximumPayload(blocks: Int) -> Int { 14 + 5 * blocks }

    /// Of a chunk `E` that is looked for from the end of a file: that of 13 million blocks, more than a year of sound.
    private static let maximumLength = 1 << 26

    /// Reads the chunk `E`: the bytes of the file from `offset` on.
    package init(file bytes: [UInt8], at offset: Int, header: SoundHeader) throws(BitstreamError) {
        try self.init(try Chunk(at: 0, of: bytes, .sound, origin: offset), header: header)
    }

    /// The index of a file that ends before block `count`.
    package func prefix(_ count: Int, of header: SoundHeader) -> BlockIndex {
        guard count < lengths.count else { return self }
        var prefix = BlockIndex()
        for length in lengths[..<count] { prefix.append(chunkLength: length, frames: header.blockLength) }
        return prefix
    }

    /// Reads the payload of a chunk `E`. The inverse of ``payload()``.
    init(_ chunk: Chunk, header: SoundHeader) throws(BitstreamError) {
        var fields = chunk.fields
        // A length takes a byte at least, which bounds what is allocated.
        let count = try fields.varint("blocks", in: 0...fields.remaining)
        lastFrames = try fields.varint("frames of the last block", in: count == 0 ? 0...0 : 1...header.blockLength)
        lengths.reserveCapacity(count)
        for _ in 0..<count { lengths.append(Int(try fields.varint("length of a block"))) }
        let offset = fields.offset
        let length = Int(try fields.u32("length of the end"))
        guard length == chunk.bytes.count else {
            throw .invalidField(
                name: "length of the end", value: length, allowed: chunk.bytes.count...chunk.bytes.count, offset: offset)
        }
        try fields.finish(chunk.kind)
    }

    /// The payload, with the length of the chunk that it will be in.
    func payload() -> [UInt8] {
        var fields = ByteWriter()
        fields.varint(UInt32(lengths.count))
        fields.varint(UInt32(lastFrames))
        for length in lengths { fields.varint(UInt32(length)) }
        let payloadLength = fields.count + 4
        fields.u32(UInt32(payloadLength + 1 + Self.varintSize(payloadLength) + 4))
        return fields.written
    }

    private static func varintSize(_ value: Int) -> Int {
        var fields = ByteWriter()
        fields.varint(UInt32(value))
        return fields.count
    }
}
