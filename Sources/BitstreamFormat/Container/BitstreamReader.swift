extension Bitstream {
    /// Hands out the chunks of a file in order, checked as far as the container goes (SPEC §2, §12, §13).
    ///
    ///     var reader = try Bitstream.Reader(file, ending: .mayBeMissing)
    ///     // reader.header is read, valid and within the limits
    ///     while let chunk = try reader.next() {
    ///         switch chunk.kind {
    ///         case .level: let level = try LevelPayload(chunk, tileCount: tiles)
    ///         case .plane: let plane = try PlanePayload(chunk, bitDepth: reader.header.bitDepth)
    ///         default: if let metadata = try reader.metadata(in: chunk) { … }
    ///         }
    ///     }
    ///     try reader.require(.plane(3))
    ///
    /// Every chunk handed out has a right checksum, a kind that is known or optional, a place in a picture like the
    /// header's, and is not there twice. Chunks are read when asked for: what follows is looked at by the next call.
    package struct Reader: Sendable {
        /// What to do with a file that ends inside a chunk.
        package enum Ending: Hashable, Sendable {
            /// ``next()`` throws ``BitstreamError/truncated(offset:needed:available:)``.
            case required
            /// In a level or an optional chunk, ``next()`` returns nil, as at the end, and ``Reader/truncation`` says
            /// what is missing; the picture can be shown without (SPEC §12). Elsewhere as ``required``.
            case mayBeMissing
        }

        /// The content of the header chunk.
        package let header: FileHeader
        /// The header chunk itself, for tools that rewrite files.
        package let headerChunk: Chunk
        /// Set once ``next()`` came upon a chunk that the file does not have to its end.
        package private(set) var truncation: BitstreamError?
        /// Where the chunk starts that ``next()`` will read; at the end, where the usable part of the file ends.
        package private(set) var offset: Int

        private let file: [UInt8]
        private let ending: Ending
        private var seen: [ChunkIdentity: Int]
        private var metadataBudget: MetadataBudget

        /// Checks signature and version and reads the header.
        ///
        /// - Throws: ``BitstreamError/badMagic(found:)`` and its like for what is no picture of this version, any
        ///   error of a chunk or the header, ``BitstreamError/limitExceeded(_:requested:allowed:offset:)`` for a
        ///   picture too large. A file that ends inside its header is an error whatever `ending` says.
        package init(
            _ file: [UInt8], ending: Ending = .required, limits: DecodingLimits = DecodingLimits()
        ) throws(BitstreamError) {
            try Self.checkSignature(of: file)
            guard file.count > chunksOffset else { throw .missingChunk(.header, offset: file.count) }
            let first = try Self.chunk(at: chunksOffset, of: file)
            guard first.kind == .header else { throw .missingChunk(.header, offset: first.offset) }
            header = try FileHeader(first)
            try limits.check(header, fileBytes: file.count, offset: first.offset)
            headerChunk = first
            offset = first.bytes.endIndex
            self.file = file
            self.ending = ending
            seen = [.header: first.offset]
            metadataBudget = MetadataBudget(limits)
        }

        /// The next chunk, or nil at the end of the file.
        package mutating func next() throws(BitstreamError) -> Chunk? {
            guard offset < file.count, truncation == nil else { return nil }
            do {
                let chunk = try Self.chunk(at: offset, of: file)
                try admit(chunk)
                offset = chunk.bytes.endIndex
                return chunk
            } catch .truncated(let offset, let needed, let available) {
                let error = BitstreamError.truncated(offset: offset, needed: needed, available: available)
                guard ending == .mayBeMissing, mayBeMissing(file[offset]) else { throw error }
                truncation = error
                return nil
            }
        }

        /// Checks that a chunk was there, once ``next()`` has returned nil.
        ///
        /// - Throws: ``truncation``, or ``BitstreamError/missingChunk(_:offset:)`` where the file just ends.
        package func require(_ identity: ChunkIdentity) throws(BitstreamError) {
            guard seen[identity] == nil else { return }
            throw truncation ?? .missingChunk(identity, offset: offset)
        }

        /// Where the chunk starts in the file, if it has been handed out.
        package func offset(of identity: ChunkIdentity) -> Int? { seen[identity] }

        /// What a metadata chunk says; nil for any other kind, known or not (SPEC §4).
        ///
        /// - Throws: any error of its fields; `limitExceeded` when the metadata of the file, unpacked, add up to more
        ///   than ``DecodingLimits/metadataBytes``.
        package mutating func metadata(in chunk: Chunk) throws(BitstreamError) -> MetadataPayload? {
            try MetadataPayload(chunk, budget: &metadataBudget)
        }
    }
}

extension Bitstream.Reader {
    private static func checkSignature(of file: [UInt8]) throws(BitstreamError) {
        guard !file.isEmpty else { throw .empty }
        let signature = Bitstream.signature
        guard file.starts(with: signature.prefix(file.count)) else { throw .badMagic(found: Array(file.prefix(16))) }
        guard file.count > signature.count else {
            throw .truncated(offset: 0, needed: Bitstream.chunksOffset, available: file.count)
        }
        let version = file[signature.count]
        guard Bitstream.supportedVersions.contains(version) else {
            throw .unsupportedVersion(found: version, supported: Bitstream.supportedVersions, offset: signature.count)
        }
    }

    /// The chunk at `offset`, which lies within the file.
    private static func chunk(at offset: Int, of file: [UInt8]) throws(BitstreamError) -> Chunk {
        guard let kind = ChunkKind(rawValue: file[offset]) else {
            throw .invalidChunkKind(found: file[offset], offset: offset)
        }
        guard kind.isKnown || !kind.isCritical else { throw .unknownCriticalChunk(kind, offset: offset) }
        return try chunk(kind, at: offset, of: file)
    }

    private static func chunk(
        _ kind: ChunkKind, at offset: Int, of file: [UInt8]
    ) throws(BitstreamError) -> Chunk {
        var fields = ByteReader(file[(offset + 1)...])
        let checksumSize = 4
        let available = file.count - offset
        let length: Int
        do {
            length = Int(try fields.varint("chunk length"))
        } catch .incompleteField {
            throw .truncated(offset: offset, needed: available + 1 + checksumSize, available: available)
        }
        guard length <= fields.remaining - checksumSize else {
            let needed = fields.offset - offset + length + checksumSize
            throw .truncated(offset: offset, needed: needed, available: available)
        }
        let payload = try fields.bytes(length, "payload")
        let computed = CRC32C.checksum(of: file[offset..<fields.offset])
        let stored = try fields.u32("check")
        guard stored == computed else {
            throw .checksumMismatch(kind: kind, offset: offset, stored: stored, computed: computed)
        }
        return Chunk(kind: kind, bytes: file[offset..<fields.offset], payload: payload)
    }

    /// Whether a picture can be shown that ends inside a chunk of this kind (SPEC §12).
    private func mayBeMissing(_ kind: UInt8) -> Bool {
        ChunkKind(rawValue: kind).map { $0 == .level || !$0.isCritical } ?? false
    }

    /// Refuses a chunk that is there twice, or that a picture like the header's does not have.
    private mutating func admit(_ chunk: Chunk) throws(BitstreamError) {
        guard let identity = try chunk.identity else { return }
        if let first = seen[identity] { throw .duplicateChunk(identity, offset: chunk.offset, first: first) }
        guard belongs(identity) else { throw .unexpectedChunk(identity, offset: chunk.offset) }
        seen[identity] = chunk.offset
    }

    /// Whether a picture like the header's may have it beside what was there before.
    private func belongs(_ identity: ChunkIdentity) -> Bool {
        switch identity {
        case .plane(let index): header.planeIndices.contains(index) && (index > 2 || seen[.samples] == nil)
        case .samples: header.isLossless && !(0...2).contains { seen[.plane($0)] != nil }
        case .level(let index, tile: _): !header.isLossless && index <= 3
        case .header, .metadata: true
        }
    }
}

extension Chunk {
    /// What of the chunk may be there only once; nil for text and for unknown kinds.
    fileprivate var identity: ChunkIdentity? {
        get throws(BitstreamError) {
            switch kind {
            case .header: .header
            case .plane: try PlanePayload.identity(of: payload)
            case .samples: .samples
            case .level: try LevelPayload.identity(of: payload)
            case .text: nil
            default: kind.isKnown ? .metadata(kind) : nil
            }
        }
    }
}
