extension SoundBitstream {
    /// Takes a sound file apart while it arrives: memory is that of one chunk.
    ///
    ///     var reader = SoundBitstream.Reader(limits: limits)
    ///     while let bytes = more() {
    ///         reader.append(bytes)
    ///         while let part = try reader.next() { … }
    ///     }
    ///     let truncation = try reader.finish()
    ///
    /// Every part handed out had a right checksum and stood where SPEC §17.1 wants it.
    package struct Reader: Sendable {
        /// Bytes that came and were not yet read, from `start` on; index 0 is at `origin` in the file.
        private var buffer: [UInt8] = []
        private var start = 0
        private var origin = 0

        private var header: SoundHeader?
        private var index = BlockIndex()
        private var hasEnded = false
        private var signatureIsRead = false
        private var metadataBudget: MetadataBudget

        package init(limits: DecodingLimits = DecodingLimits()) {
            metadataBudget = MetadataBudget(limits)
        }

        /// Goes on in the middle of a file, at the chunk of a block that an index names.
        ///
        /// - Parameters:
        ///   - before: the blocks that are skipped.
        ///   - offset: of the chunk of the first block that is not.
        package init(header: SoundHeader, after before: BlockIndex, offset: Int) {
            self.header = header
            index = before
            origin = offset
            signatureIsRead = true
            metadataBudget = MetadataBudget(DecodingLimits())
        }

        /// Where the usable part of the file ends, so far.
        package var offset: Int { origin + start }

        package mutating func append(_ bytes: some Collection<UInt8>) {
            if start > 1 << 16, start > buffer.count / 2 {
                buffer.removeFirst(start)
                (origin, start) = (origin + start, 0)
            }
            buffer.append(contentsOf: bytes)
        }

        /// The next part that is there whole; nil if more bytes have to come first.
        package mutating func next() throws(BitstreamError) -> Part? {
            try readSignature()
            while start < buffer.count, signatureIsRead {
                guard !hasEnded else { throw beyondEnd }
                try checkLength()
                let chunk: Chunk
                do {
                    chunk = try Chunk(at: start, of: buffer, .sound, origin: origin)
                } catch .truncated {
                    return nil
                }
                if let part = try part(of: chunk) {
                    start += chunk.bytes.count
                    return part
                }
                start += chunk.bytes.count
            }
            return nil
        }

        /// Says that no more bytes come, after ``next()`` has returned nil.
        ///
        /// - Returns: nil where the file is whole, else what is missing; the blocks handed out are good.
        /// - Throws: that the file ends before its header does.
        package func finish() throws(BitstreamError) -> BitstreamError? {
            guard signatureIsRead else {
                try FileKind.sound.check(buffer)
                return nil
            }
            let missing = missingPart
            if header == nil, let missing { throw missing }
            return missing
        }

        private var missingPart: BitstreamError? {
            do {
                if start < buffer.count { _ = try Chunk(at: start, of: buffer, .sound, origin: origin) }
            } catch { return error }
            if header == nil { return .missingChunk(.header, offset: offset) }
            return hasEnded ? nil : .missingChunk(.end, offset: offset)
        }
    }
}

extension SoundBitstream.Reader {
    /// Sixteen bytes are what an error shows of a file of another kind.
    private mutating func readSignature() throws(BitstreamError) {
        let isOurs = buffer.starts(with: FileKind.sound.signature) && buffer.count >= FileKind.chunksOffset
        guard !signatureIsRead, isOurs || buffer.count >= 16 else { return }
        try FileKind.sound.check(buffer)
        signatureIsRead = true
        start = FileKind.chunksOffset
    }

    /// Refuses a chunk that is longer than any encoder writes, before its bytes are collected.
    private func checkLength() throws(BitstreamError) {
        var fields = ByteReader(buffer[start...], origin: origin)
        guard let kind = ChunkKind(rawValue: try fields.u8("kind")) else { return }
        let offset = fields.offset
        // A length that is not there to its end, or none at all, is what the chunk is refused for.
        guard let length = try? fields.varint("chunk length") else { return }
        let allowed = maximumPayload(of: kind)
        guard length <= allowed else {
            throw .invalidField(name: "chunk length", value: Int(length), allowed: 0...allowed, offset: offset)
        }
    }

    private func maximumPayload(of kind: ChunkKind) -> Int {
        switch (kind, header) {
        case (.block, let header?): header.maximumBlockBytes
        case (.end, _?): BlockIndex.maximumPayload(blocks: index.lengths.count)
        default: SoundBitstream.maximumPayload
        }
    }

    /// What a chunk says; nil for an optional one that is not known.
    private mutating func part(of chunk: Chunk) throws(BitstreamError) -> SoundBitstream.Part? {
        guard let header else {
            guard chunk.kind == .header else { throw .missingChunk(.header, offset: chunk.offset) }
            let header = try SoundHeader(chunk)
            self.header = header
            return .header(header)
        }
        guard chunk.kind != .header else { throw misplaced(chunk.kind) }
        // From the first block on there are only blocks, so that their lengths say where they are.
        guard index.lengths.isEmpty || chunk.kind.isCritical else { throw misplaced(chunk.kind) }
        switch chunk.kind {
        case .block: return try block(chunk, header)
        case .end: return try end(chunk, header)
        case .text, .speakers, .riffChunk: return metadata(chunk)
        default: return nil
        }
    }

    private mutating func metadata(_ chunk: Chunk) -> SoundBitstream.Part? {
        do {
            return try MetadataPayload(chunk, budget: &metadataBudget).map { .metadata($0) }
        } catch { return .damagedMetadata(error) }
    }

    private mutating func block(_ chunk: Chunk, _ header: SoundHeader) throws(BitstreamError) -> SoundBitstream.Part {
        // Only the last block may be shorter.
        guard index.lengths.isEmpty || index.lastFrames == header.blockLength else { throw misplaced(chunk.kind) }
        let block = try BlockPayload(chunk, header: header)
        index.append(chunkLength: chunk.bytes.count, frames: block.frames)
        return .block(block, offset: chunk.offset)
    }

    private mutating func end(_ chunk: Chunk, _ header: SoundHeader) throws(BitstreamError) -> SoundBitstream.Part {
        let end = try BlockIndex(chunk, header: header)
        guard end == index else { throw misplaced(chunk.kind) }
        hasEnded = true
        return .end(end)
    }

    /// The chunk of this kind at `offset` is none that may stand there.
    private func misplaced(_ kind: ChunkKind) -> BitstreamError {
        let identity: ChunkIdentity =
            switch kind {
            case .header: .header
            case .block: .block(index.lengths.count)
            case .end: .end
            default: .metadata(kind)
            }
        return .unexpectedChunk(identity, offset: offset)
    }

    /// Whatever follows the end.
    private var beyondEnd: BitstreamError {
        let found = buffer[start]
        return ChunkKind(rawValue: found).map { misplaced($0) } ?? .invalidChunkKind(found: found, offset: offset)
    }
}
