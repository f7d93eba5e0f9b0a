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
            try FileKind.picture.check(file)
            guard file.count > FileKind.chunksOffset else { throw .missingChunk(.header, offset: file.count) }
            let first = try Chunk(at: FileKind.chunksOffset, of: file, .picture)
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
                let chunk = try Chunk(at: offset, of: file, .picture)
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
            guard FileKind.picture.chunks.contains(chunk.kind) else { return nil }
            return try MetadataPayload(chunk, budget: &metadataBudget)
        }
    }
}

extension Bitstream.Reader {
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
        case .block, .end: false
        }
    }
}

extension Chunk {
    /// What of the chunk may be there only once; nil for text and for unknown kinds.
    fileprivate var identity: ChunkIdentity? {
        get throws(BitstreamError) {
            switch kind {
            case .header: .header
            case .plane: try PlanePayload.identity(of: self)
            case .samples: .samples
            case .level: try LevelPayload.identity(of: self)
            case .text: nil
            default: FileKind.picture.chunks.contains(kind) ? .metadata(kind) : nil
            }
        }
    }
}
