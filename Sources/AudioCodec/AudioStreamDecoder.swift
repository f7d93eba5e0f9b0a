package import BitstreamFormat
package import IntegerKernels
package import SpectralCoding

/// From the bytes of a sound file, as they come, to samples (SPEC §17).
///
/// Bytes are appended and samples are taken: as many blocks as there are threads are decoded at a time, and no more are held.
package struct AudioStreamDecoder: Sendable {
    /// Of the file, once that much of it has come.
    package private(set) var header: SoundHeader?
    package private(set) var metadata: [MetadataPayload] = []
    /// Of metadata that make no sense.
    package private(set) var metadataErrors: [BitstreamError] = []
    /// What is missing of a file that is cut short, once ``next()`` has returned nil after ``finish()``.
    package private(set) var truncation: BitstreamError?

    private let engine: IntegerEngine
    private let model: SpectralModel
    private var reader: SoundBitstream.Reader
    /// Set with the header.
    private var blocks: BlockSequence?
    private var waiting: [BlockSequence.Block] = []
    /// Decoded and not yet taken, the last one first.
    private var ready: [SampleBlock] = []
    /// What is wrong behind the samples that are ready.
    private var failure: BitstreamError?
    private var isFinished = false

    /// - Parameter model: of lossy sound; a file that needs another is refused.
    package init(engine: IntegerEngine, model: SpectralModel, limits: DecodingLimits = DecodingLimits()) {
        self.engine = engine
        self.model = model
        reader = SoundBitstream.Reader(limits: limits)
    }

    /// Goes on at the chunk of a block that an index names; see ``SoundBitstream/Reader``. Of lossy sound, the first half
    /// superframe lacks the overlap with the block before.
    ///
    /// - Parameter model: the one that the header names, if it names one.
    package init(engine: IntegerEngine, model: SpectralModel, header: SoundHeader, after before: BlockIndex, offset: Int) {
        self.engine = engine
        self.model = model
        self.header = header
        reader = SoundBitstream.Reader(header: header, after: before, offset: offset)
        blocks = BlockSequence(header: header, model: model, engine: engine)
    }

    /// Takes the next bytes.
    package mutating func append(_ bytes: [UInt8]) { reader.append(bytes) }

    /// Says that no more bytes come.
    package mutating func finish() { isFinished = true }

    /// Where the usable part of the file ends, so far.
    package var offset: Int { reader.offset }

    /// The next samples, those that a block brings; nil if more bytes have to come first, or after the last ones.
    ///
    /// - Throws: what is wrong with the file, once all samples before it are taken.
    package mutating func next() throws(BitstreamError) -> SampleBlock? {
        while ready.isEmpty {
            if let failure { throw failure }
            do {
                try read()
            } catch { failure = error }
            guard waiting.count == engine.threads || isFinished || failure != nil else { return nil }
            if waiting.isEmpty, failure == nil {
                ready = try end()
                break
            }
            decodeWaiting()
        }
        return ready.popLast()
    }
}

extension AudioStreamDecoder {
    /// Reads on until as many blocks wait as there are threads.
    private mutating func read() throws(BitstreamError) {
        while waiting.count < engine.threads, let part = try reader.next() {
            switch part {
            case .header(let header): try begin(header)
            case .metadata(let item): metadata.append(item)
            case .damagedMetadata(let error): metadataErrors.append(error)
            case .block(let payload, let offset): waiting.append((payload, offset))
            case .end: break
            }
        }
    }

    private mutating func begin(_ header: SoundHeader) throws(BitstreamError) {
        try header.check(model: model.identity, endOfHeader: reader.offset)
        self.header = header
        blocks = BlockSequence(header: header, model: model, engine: engine)
    }

    /// What is good before a damaged block is ready, however many are decoded at a time.
    private mutating func decodeWaiting() {
        let work = waiting
        waiting = []
        guard let decoded = blocks?.decode(work) else { return }
        ready = decoded.values.reversed()
        failure = decoded.failure ?? failure
    }

    private mutating func end() throws(BitstreamError) -> [SampleBlock] {
        truncation = try reader.finish()
        return blocks?.finish() ?? []
    }
}
