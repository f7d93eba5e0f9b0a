internal import AudioCodec
internal import BitstreamFormat
internal import IntegerKernels
public import Media

/// How sound is encoded.
public struct AudioEncodingOptions: Sendable {
    /// Threads to use; it does not change the bytes.
    public var threads: Int = Threads.standard

    public init() {}
}

/// Encodes sound to `.vca` while it comes, in bounded memory. Every sample comes back as it was.
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
    private var stream: AudioStreamEncoder
    /// What has to be written before anything else.
    private var beginning: [UInt8]

    public init(format: AudioFormat, metadata: AudioMetadata = .init(), options: AudioEncodingOptions = .init()) {
        self.format = format
        stream = AudioStreamEncoder(header: SoundHeader(format), engine: IntegerEngine(threads: max(1, options.threads)))
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
}
