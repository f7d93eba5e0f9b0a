/// A piece of a file whose checksum was right (SPEC §2). Its bytes are shared with what was read, not copied.
package struct Chunk: Hashable, Sendable {
    package let kind: ChunkKind

    /// All of it from kind to checksum, for tools that keep chunks that they do not know.
    package let bytes: ArraySlice<UInt8>

    package let payload: ArraySlice<UInt8>

    /// The offset in the file of index 0 of the slices: not 0 where the file is read piece by piece.
    private let origin: Int

    /// Where the chunk starts in the file.
    package var offset: Int { origin + bytes.startIndex }

    /// The fields of the payload. Errors name their offsets in the file.
    package var fields: ByteReader { ByteReader(payload, origin: origin) }
}

extension Chunk {
    private static let checksumSize = 4

    /// Reads the chunk at `index`, which lies within `bytes`.
    ///
    /// - Parameters:
    ///   - file: the kind of file, of which a critical chunk must be known.
    ///   - origin: the offset in the file of index 0.
    /// - Throws: ``BitstreamError/truncated(offset:needed:available:)`` if there is more of it than `bytes` has.
    init(at index: Int, of bytes: [UInt8], _ file: FileKind, origin: Int = 0) throws(BitstreamError) {
        let offset = origin + index
        guard let kind = ChunkKind(rawValue: bytes[index]) else {
            throw .invalidChunkKind(found: bytes[index], offset: offset)
        }
        guard file.chunks.contains(kind) || !kind.isCritical else { throw .unknownCriticalChunk(kind, offset: offset) }
        var fields = ByteReader(bytes[(index + 1)...], origin: origin)
        let available = bytes.count - index
        let length: Int
        do {
            length = Int(try fields.varint("chunk length"))
        } catch .incompleteField {
            throw .truncated(offset: offset, needed: available + 1 + Self.checksumSize, available: available)
        }
        let needed = fields.offset - offset + length + Self.checksumSize
        guard needed <= available else { throw .truncated(offset: offset, needed: needed, available: available) }
        let payload = try fields.bytes(length, "payload")
        let computed = CRC32C.checksum(of: bytes[index..<payload.endIndex])
        let stored = try fields.u32("check")
        guard stored == computed else {
            throw .checksumMismatch(kind: kind, offset: offset, stored: stored, computed: computed)
        }
        self.init(kind: kind, bytes: bytes[index..<index + needed], payload: payload, origin: origin)
    }
}
