extension SoundBitstream {
    /// Makes the pieces of a sound file, in order (SPEC §17). The inverse of ``Reader``.
    package struct Writer: Sendable {
        private var index = BlockIndex()

        package init() {}

        /// Signature, header and text.
        package func begin(_ header: SoundHeader, metadata: [MetadataPayload]) -> [UInt8] {
            var file = ByteWriter()
            file.bytes(FileKind.sound.beginning)
            file.chunk(.header, payload: header.payload())
            for item in metadata { file.chunk(item.kind, payload: item.payload()) }
            return file.written
        }

        /// The next block.
        package mutating func append(_ block: BlockPayload) -> [UInt8] {
            var file = ByteWriter()
            file.chunk(.block, payload: block.payload())
            index.append(chunkLength: file.count, frames: block.frames)
            return file.written
        }

        /// What ends the file.
        package consuming func finish() -> [UInt8] {
            var file = ByteWriter()
            file.chunk(.end, payload: index.payload())
            return file.written
        }
    }
}
