extension Bitstream {
    /// Puts chunks together to a file (SPEC §2). The inverse of ``Reader``.
    ///
    /// Append metadata first, then planes, then levels, the coarsest of all tiles first: a prefix of the file is then
    /// a picture. The writer leaves the order to the caller.
    package struct Writer: Sendable {
        private var file: ByteWriter

        /// Starts a file with its header.
        package init(header: FileHeader) {
            self.init()
            append(.header, payload: header.payload())
        }

        /// Starts a file like another one; for tools that rewrite files.
        package init(copyingHeader chunk: Chunk) {
            precondition(chunk.kind == .header, "the first chunk is the header")
            self.init()
            append(copying: chunk)
        }

        private init() {
            file = ByteWriter()
            file.bytes(FileKind.picture.beginning)
        }

        /// Bytes of the file so far.
        package var byteCount: Int { file.count }

        package mutating func append(_ metadata: MetadataPayload) {
            append(metadata.kind, payload: metadata.payload())
        }

        package mutating func append(_ plane: PlanePayload, bitDepth: Int) {
            append(.plane, payload: plane.payload(bitDepth: bitDepth))
        }

        package mutating func append(_ samples: SamplesPayload) {
            append(.samples, payload: samples.payload())
        }

        package mutating func append(_ level: LevelPayload) {
            append(.level, payload: level.payload())
        }

        /// A chunk of another file as it is there, known or not.
        package mutating func append(copying chunk: Chunk) {
            file.bytes(chunk.bytes)
        }

        /// A chunk of any kind: length and checksum are added.
        ///
        /// - Precondition: `payload` is shorter than 4 GiB.
        package mutating func append(_ kind: ChunkKind, payload: [UInt8]) {
            file.chunk(kind, payload: payload)
        }

        /// The whole file.
        package consuming func finish() -> [UInt8] { file.written }
    }
}
