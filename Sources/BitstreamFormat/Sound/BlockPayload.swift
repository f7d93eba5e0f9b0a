/// A stretch of sound that is decoded without any other, up to the overlap of lossy sound: the content of a chunk `B` (SPEC §17.3).
package struct BlockPayload: Hashable, Sendable {
    /// 1 … the header's block length; less only in the last block.
    package let frames: Int
    /// CRC-32C of the samples, or of the signals of lossy sound (SPEC §17.3, §19.8), so that no decoder can be wrong in
    /// silence.
    package let digest: UInt32
    /// The samples, coded as §17.4 says for their kind, or a spectral block (§19).
    package let content: ArraySlice<UInt8>
    /// Where the content is in the file that the block was read from.
    private let contentOffset: Int

    /// A block to be written.
    package init(frames: Int, digest: UInt32, content: ArraySlice<UInt8>) {
        self.frames = frames
        self.digest = digest
        self.content = content
        contentOffset = 0
    }

    /// The fields of the content. Errors name their offsets in the file.
    package var fields: ByteReader { ByteReader(content, origin: contentOffset - content.startIndex) }

    /// Reads the payload of a chunk `B`; the content is shared, not copied. The inverse of ``payload()``.
    init(_ chunk: Chunk, header: SoundHeader) throws(BitstreamError) {
        var fields = chunk.fields
        frames = try fields.varint("frames", in: 1...header.blockLength)
        digest = try fields.u32("digest")
        contentOffset = fields.offset
        content = fields.rest()
    }

    func payload() -> [UInt8] {
        var fields = ByteWriter()
        fields.varint(UInt32(frames))
        fields.u32(digest)
        fields.bytes(content)
        return fields.written
    }
}
