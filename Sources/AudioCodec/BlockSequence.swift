internal import BitstreamFormat
internal import IntegerKernels
internal import SpectralCoding

/// The blocks of a file in order, from payloads to samples.
struct BlockSequence: Sendable {
    /// A block that has been read, with the offset of its chunk.
    typealias Block = (payload: BlockPayload, offset: Int)

    private let header: SoundHeader
    private let engine: IntegerEngine
    private let coder: BlockCoder
    /// Nil where sound is lossless.
    private let spectral: SpectralBlockDecoder?
    private var joiner: SignalJoiner

    /// - Parameter model: the one that the header names, if it names one.
    init(header: SoundHeader, model: SpectralModel, engine: IntegerEngine) {
        self.header = header
        self.engine = engine
        coder = BlockCoder(header: header, kernels: engine.implementation)
        spectral = header.isLossless
            ? nil : SpectralBlockDecoder(header: header, model: model, kernels: engine.implementation)
        joiner = SignalJoiner(kernel: engine.implementation)
    }

    /// The samples that the next blocks bring, block by block, up to the first that is damaged. Of lossy sound half a superframe
    /// stays behind, until the block after it has come or there is none.
    mutating func decode(_ blocks: [Block]) -> (values: [SampleBlock], failure: BitstreamError?) {
        let (coder, spectral) = (coder, spectral)
        guard let spectral else {
            return sideBySide(blocks) { block throws(BitstreamError) in
                try coder.decode(block.payload, offset: block.offset)
            }
        }
        let signals = sideBySide(blocks) { block throws(BitstreamError) in
            try spectral.decode(block.payload, offset: block.offset)
        }
        let samples = zip(signals.values, blocks).flatMap { signal, block in
            self.samples(joiner.append(signal, frames: block.payload.frames))
        }
        return (samples, signals.failure)
    }

    /// What stayed behind, when there are no more blocks.
    mutating func finish() -> [SampleBlock] {
        guard spectral != nil else { return [] }
        defer { joiner = SignalJoiner(kernel: engine.implementation) }
        return samples(joiner.finish())
    }

    /// None where there are no values: a block that is shorter than half a superframe waits as a whole.
    private func samples(_ values: [[Int32]]) -> [SampleBlock] {
        guard let first = values.first, !first.isEmpty else { return [] }
        return [SampleBlock(signal: values, header.sampleKind)]
    }

    /// One value from each block, in order, and the error of the first that has one.
    private func sideBySide<Value: Sendable>(
        _ blocks: [Block], _ decode: @Sendable (Block) throws(BitstreamError) -> Value
    ) -> (values: [Value], failure: BitstreamError?) {
        let results = engine.map(blocks) { block in
            Result { () throws(BitstreamError) in try decode(block) }
        }
        var values: [Value] = []
        for result in results {
            switch result {
            case .success(let value): values.append(value)
            case .failure(let error): return (values, error)
            }
        }
        return (values, nil)
    }
}
