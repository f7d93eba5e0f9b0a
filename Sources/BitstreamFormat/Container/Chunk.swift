/// A piece of a file whose checksum was right (SPEC §2). Its bytes are shared with the file, not copied.
package struct Chunk: Hashable, Sendable {
    package let kind: ChunkKind

    /// All of it from kind to checksum, for tools that keep chunks that they do not know.
    /// Indices are offsets in the file.
    package let bytes: ArraySlice<UInt8>

    /// Indices are offsets in the file, so errors of a ``ByteReader`` over the payload are too.
    package let payload: ArraySlice<UInt8>

    /// Where the chunk starts in the file.
    package var offset: Int { bytes.startIndex }

    init(kind: ChunkKind, bytes: ArraySlice<UInt8>, payload: ArraySlice<UInt8>) {
        self.kind = kind
        self.bytes = bytes
        self.payload = payload
    }
}
