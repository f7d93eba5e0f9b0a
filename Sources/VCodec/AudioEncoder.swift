internal import AudioCodec
internal import BitstreamFormat
internal import IntegerKernels
public import Media
internal import SpectralCoding

/// Encodes sound to `.vca` while it comes, in bounded memory.
///
///     var encoder = AudioEncoder(format: format, metadata: metadata)
///     while let buffer = more() { write(encoder.append(buffer)) }
///     write(encoder.finish())
///
/// For sound that is in memory as a whole, ``encode(_:metadata:options:)`` does all three.
public struct AudioEncoder: Sendable {
    public let format: AudioFormat
    /// Metadata that are too large for a file, in words. Not in the file.
    public let leftOut: [String]
    private var stream: any SampleStreamEncoder
    /// What has to be written before anything else.
    private var beginning: [UInt8]

    /// - Precondition: the options' quality is 0 … 100, their bit rate more than 0.
    public init(format: AudioFormat, metadata: AudioMetadata = .init(), options: AudioEncodingOptions = .init()) {
        self.init(format: format, metadata: metadata, options: options, watch: .none)
    }

    init(format: AudioFormat, metadata: AudioMetadata, options: AudioEncodingOptions, watch: WorkWatch) {
        self.format = format
        stream = Self.stream(format, options, watch)
        let (carried, leftOut) = metadata.carried
        self.leftOut = leftOut
        beginning = stream.begin(metadata: carried)
    }

    /// Takes the next samples.
    ///
    /// - Precondition: `buffer` is of the encoder's format.
    /// - Returns: the bytes of the file that are ready, perhaps none. They follow those of the call before.
    public mutating func append(_ buffer: AudioBuffer) -> [UInt8] {
        precondition(buffer.format == format, "sound of the encoder's format")
        defer { beginning = [] }
        return beginning + stream.append(SampleBlock(buffer.samples))
    }

    /// The rest of the file, when all samples are in.
    public consuming func finish() -> [UInt8] { beginning + stream.finish() }

    /// A whole file.
    public static func encode(
        _ sound: AudioBuffer, metadata: AudioMetadata = .init(), options: AudioEncodingOptions = .init()
    ) -> [UInt8] {
        var encoder = AudioEncoder(format: sound.format, metadata: metadata, options: options)
        let bytes = encoder.append(sound)
        return bytes + encoder.finish()
    }

    private static func stream(
        _ format: AudioFormat, _ options: AudioEncodingOptions, _ watch: WorkWatch
    ) -> any SampleStreamEncoder {
        let engine = IntegerEngine(threads: max(1, options.threads), watch: watch)
        guard let target = options.coding.target else {
            return AudioStreamEncoder(header: SoundHeader(format, .lossless), engine: engine)
        }
        let model = SpectralModel.standard
        return LossyAudioStreamEncoder(
            header: SoundHeader(format, .lossy(model: model.identity)), model: model, target: target, engine: engine)
    }
}

/// What both kinds of coding have in common: from samples, as they come, to the bytes of a file.
private protocol SampleStreamEncoder: Sendable {
    mutating func begin(metadata: [MetadataPayload]) -> [UInt8]
    mutating func append(_ samples: SampleBlock) -> [UInt8]
    mutating func finish() -> [UInt8]
}

extension AudioStreamEncoder: SampleStreamEncoder {}
extension LossyAudioStreamEncoder: SampleStreamEncoder {}

extension AudioCoding {
    /// Nil for lossless.
    fileprivate var target: LossyTarget? {
        switch self {
        case .lossless: return nil
        case .quality(let quality):
            precondition(0...100 ~= quality, "qualities 0 to 100")
            return .quality(quality)
        case .bitrate(let rate):
            precondition(rate > 0 && rate.isFinite, "bit rates of more than 0")
            return .bitrate(rate)
        }
    }
}
