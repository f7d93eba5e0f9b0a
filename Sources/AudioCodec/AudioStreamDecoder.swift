package import BitstreamFormat
package import IntegerKernels
internal import Synchronization

/// From the bytes of a sound file, as they come, to samples (SPEC §17).
///
/// Bytes are appended and blocks are taken: as many as there are threads are decoded at a time, and no more are held.
package struct AudioStreamDecoder: Sendable {
    /// Of the file, once that much of it has come.
    package private(set) var header: SoundHeader?
    package private(set) var metadata: [MetadataPayload] = []
    /// Of metadata that make no sense.
    package private(set) var metadataErrors: [BitstreamError] = []
    /// What is missing of a file that is cut short, once ``next()`` has returned nil after ``finish()``.
    package private(set) var truncation: BitstreamError?

    private let engine: IntegerEngine
    private var reader: SoundBitstream.Reader
    private var waiting: [(payload: BlockPayload, offset: Int)] = []
    /// Decoded and not yet taken, the last one first.
    private var ready: [SampleBlock] = []
    private var isFinished = false

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

    /// Takes the next bytes.
    package mutating func append(_ bytes: [UInt8]) { reader.append(bytes) }

    /// Says that no more bytes come.
    package mutating func finish() { isFinished = true }

    /// Where the usable part of the file ends, so far.
    package var offset: Int { reader.offset }

    /// The next block; nil if more bytes have to come first, or after the last one.
    package mutating func next() throws(BitstreamError) -> SampleBlock? {
        if ready.isEmpty { try decodeMore() }
        return ready.popLast()
    }

    private mutating func decodeMore() throws(BitstreamError) {
        while waiting.count < engine.threads {
            guard let part = try reader.next() else {
                guard isFinished else { return }
                if waiting.isEmpty { truncation = try reader.finish() }
                break
            }
            switch part {
            case .header(let header): self.header = header
            case .metadata(let item): metadata.append(item)
            case .damagedMetadata(let error): metadataErrors.append(error)
            case .block(let payload, let offset): waiting.append((payload, offset))
            case .end: break
            }
        }
        ready = try decodeWaiting().reversed()
    }

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
