/// Walks through the chunks of a PNG file and checks that each is whole and undamaged.
struct PNGChunkCursor {
    private let bytes: [UInt8]

    /// Where the next chunk starts.
    private(set) var position: Int

    /// Starts after the signature.
    init(_ bytes: [UInt8], position: Int) {
        self.bytes = bytes
        self.position = position
    }

    /// Bytes after the last chunk that was read.
    var remaining: Int { bytes.count - position }

    /// Reads the next chunk; its payload shares the file's memory.
    mutating func next() throws(MediaFileError) -> PNGChunk {
        let offset = position
        try require(PNGChunk.overhead)
        let length = Int(bytes[offset...].bigEndian(UInt32.self, at: 0))
        guard length <= PNGChunk.maximumLength else {
            throw .valueOutOfRange(
                .chunkLength, found: length, allowed: 0...PNGChunk.maximumLength, offset: offset)
        }
        try require(PNGChunk.overhead + length)
        let name = PNGChunkName(rawValue: bytes[offset...].bigEndian(UInt32.self, at: 4))
        let payload = bytes[offset + 8..<offset + 8 + length]
        try verifyChecksum(of: name, at: offset, length: length)
        position += PNGChunk.overhead + length
        return PNGChunk(name: name, offset: offset, payload: payload)
    }

    private func require(_ count: Int) throws(MediaFileError) {
        guard remaining >= count else {
            throw .truncated(.chunk, offset: position, needed: count, available: remaining)
        }
    }

    private func verifyChecksum(
        of name: PNGChunkName, at offset: Int, length: Int
    ) throws(MediaFileError) {
        let end = offset + 8 + length
        let stored = bytes[end...].bigEndian(UInt32.self, at: 0)
        let computed = Zlib.checksum(bytes[offset + 4..<end])
        guard stored == computed else {
            throw .checksumMismatch(
                chunk: name.text, offset: offset, stored: stored, computed: computed)
        }
    }
}
