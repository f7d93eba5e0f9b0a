package import BitstreamFormat
package import IntegerKernels
internal import Synchronization

/// From the bytes of a sound file, as they come, to samples (SPEC §17). Memory is that of a few blocks.
package struct AudioStreamDecoder: Sendable {
    /// Of the file, once that much of it has come.
    package private(set) var header: SoundHeader?
    package private(set) var metadata: [MetadataPayload] = []
    /// Of metadata that make no sense.
    package private(set) var metadataErrors: [BitstreamError] = []

    private let engine: IntegerEngine
    private var reader: SoundBitstream.Reader
    private var waiting: [(payload: BlockPayload, offset: Int)] = []

    package init(engine: IntegerEngine, limits: DecodingLimits = DecodingLimits()) {
        self.engine = engine
        reader = SoundBitstream.Reader(limits: limits)
    }

    /// Goes on at the chunk of a block that an index names; see ``SoundBitstream/Reader``.
    package init(engine: IntegerEngine, header: SoundHeader, after before: BlockIndex, offset: Int) {
        self.engine = engine
        self.header = header
        reader = SoundBitstream.Reader(header: header, after: before, offset: offset)
    }

    /// Takes the next bytes and gives the blocks that are ready: as many at a time as there are threads.
    package mutating func append(_ bytes: [UInt8]) throws(BitstreamError) -> [SampleBlock] {
        reader.append(bytes)
        var ready: [SampleBlock] = []
        while let part = try reader.next() {
            switch part {
            case .header(let header): self.header = header
            case .metadata(let item): metadata.append(item)
            case .damagedMetadata(let error): metadataErrors.append(error)
            case .block(let payload, _, let offset): waiting.append((payload, offset))
            case .end: break
            }
            if waiting.count >= engine.threads { ready += try decodeWaiting() }
        }
        return ready
    }

    /// What is left when all bytes are in.
    ///
    /// - Returns: the last blocks, and what is missing of a file that is cut short.
    package mutating func finish() throws(BitstreamError) -> (blocks: [SampleBlock], truncation: BitstreamError?) {
        (try decodeWaiting(), try reader.finish())
    }

    /// Where the usable part of the file ends, so far.
    package var offset: Int { reader.offset }

    private mutating func decodeWaiting() throws(BitstreamError) -> [SampleBlock] {
        guard let header, !waiting.isEmpty else { return [] }
        let coder = BlockCoder(header: header, kernels: engine.implementation)
        let work = waiting
        waiting = []
        let results = Mutex([Result<SampleBlock, BitstreamError>?](repeating: nil, count: work.count))
        engine.split(work.count) { range in
            for block in range {
                let result = Result { () throws(BitstreamError) in
                    try coder.decode(work[block].payload, offset: work[block].offset)
                }
                results.withLock { $0[block] = result }
            }
        }
        var blocks: [SampleBlock] = []
        for case let result? in results.withLock({ $0 }) { blocks.append(try result.get()) }
        return blocks
    }
}
