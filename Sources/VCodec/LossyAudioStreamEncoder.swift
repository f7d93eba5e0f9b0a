internal import AudioCodec
internal import BitstreamFormat
internal import IntegerKernels
internal import SoundAnalysis
internal import SpectralCoding

/// From samples, as they come, to the bytes of a lossy sound file (SPEC §17, §19).
///
/// Superframes are analysed as they come, and coded block by block: side by side, and with ``LossyTarget/bitrate(_:)``
/// in windows whose blocks share a quality.
struct LossyAudioStreamEncoder: Sendable {
    private let header: SoundHeader
    private let engine: IntegerEngine
    private let coder: SpectralEncoder
    private let target: LossyTarget
    private var rate: SoundRateControl?
    private var analyser: SoundAnalyser
    private var writer = SoundBitstream.Writer()
    /// Analysed and not yet coded.
    private var waiting: [[SuperframeSpectrum]] = []
    private var framesIn = 0
    private var framesOut = 0

    /// - Precondition: the header is that of a lossy file of the model.
    init(header: SoundHeader, model: SpectralModel, target: LossyTarget, engine: IntegerEngine) {
        self.header = header
        self.engine = engine
        self.target = target
        coder = SpectralEncoder(
            model: model, sampleRate: header.sampleRate, channels: header.channels, kernel: engine.implementation)
        analyser = SoundAnalyser(
            sampleRate: header.sampleRate, channels: header.channels, stereoEdges: model.stereoEdges,
            kernel: engine.implementation)
        if case .bitrate(let kilobits) = target {
            rate = SoundRateControl(
                bytesPerFrame: kilobits * 125 / Double(header.sampleRate), channels: header.channels, blockLength: header.blockLength)
        }
    }

    /// The first bytes of the file.
    mutating func begin(metadata: [MetadataPayload]) -> [UInt8] {
        rate?.spend(writer.begin(header, metadata: []).count)
        return writer.begin(header, metadata: metadata)
    }

    /// Takes the next samples and gives the bytes that are ready.
    mutating func append(_ samples: SampleBlock) -> [UInt8] {
        framesIn += samples.frames
        waiting += analyser.append(samples.signal(of: header))
        let group = rate?.window ?? engine.threads
        var bytes: [UInt8] = []
        while waiting.count >= group * perBlock { bytes += encode(blocks: group, isLast: false) }
        return bytes
    }

    /// The bytes that are left, when all samples are in.
    mutating func finish() -> [UInt8] {
        waiting += analyser.finish()
        let bytes = encode(blocks: (waiting.count + perBlock - 1) / perBlock, isLast: true)
        return bytes + writer.finish()
    }

    /// Superframes of a block.
    private var perBlock: Int { header.blockLength / header.superframe }

    /// Codes the first `count` blocks of those that wait.
    private mutating func encode(blocks count: Int, isLast: Bool) -> [UInt8] {
        guard count > 0 else { return [] }
        let blocks = (0..<count).map { Array(waiting[$0 * perBlock..<min(($0 + 1) * perBlock, waiting.count)]) }
        waiting.removeFirst(min(count * perBlock, waiting.count))
        let frames = (0..<count).map { min(header.blockLength, framesIn - framesOut - $0 * header.blockLength) }
        framesOut += frames.reduce(0, +)
        let coded = code(blocks, frames: frames.reduce(0, +), isLast: isLast)
        var bytes: [UInt8] = []
        for (block, frames) in zip(coded, frames) {
            bytes += writer.append(BlockPayload(frames: frames, digest: block.digest, content: block.content[...]))
        }
        rate?.spend(bytes.count)
        return bytes
    }

    private struct CodedBlock: Sendable {
        let content: [UInt8]
        let digest: UInt32
    }

    private mutating func code(_ blocks: [[[SuperframeSpectrum]]], frames: Int, isLast: Bool) -> [CodedBlock] {
        let (engine, coder) = (engine, coder)
        let encode = { (quality: Int) in
            engine.map(blocks) { coder.encode($0, quality: quality) }
        }
        let coded: [EncodedSpectra] =
            switch target {
            case .quality(let quality): encode(Self.fineness(quality))
            case .bitrate: rate?.encode(frames: frames, blocks: blocks.count, isLast: isLast, watch: engine.watch, encode) ?? []
            }
        return engine.map(coded) { block in
            CodedBlock(content: block.content, digest: SampleBlock.integer(coder.signal(of: block).channels).digest)
        }
    }

    /// From 0 … 100 to the quality of SPEC §19: some 4 kbit/s at 0, 50 at 50 and 230 at 100, on average.
    private static func fineness(_ quality: Double) -> Int { Int((256 * (0.07 * quality - 5.5)).rounded()) }
}

/// What a lossy file is to be.
enum LossyTarget: Hashable, Sendable {
    /// 0 … 100; how much is spent depends on the sound.
    case quality(Double)
    /// Thousands of bits a second, of the whole file without metadata.
    case bitrate(Double)
}
