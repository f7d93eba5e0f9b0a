public import Media

/// Writes a sound file, block after block.
///
///     let writer = try SoundFileWriter(.path("out.flac"), kind: .flac, format: format, metadata: metadata)
///     try writer.write(buffer)
///     try writer.finish()
///
/// Samples are stored bit by bit; a depth that is no whole number of bytes becomes the next one that is,
/// with zeros below (so a 12-bit sample 5 is stored as a 16-bit 80). WAV, RF64 and raw samples can be
/// written to a pipe. What fails leaves a part of a file behind: to remove it is the caller's work.
public final class SoundFileWriter {
    /// What the file holds.
    public let fileFormat: AudioFormat

    /// The tags that this kind of file has no place for. Not in the file.
    public let leftOut: [AudioTag]

    private let format: AudioFormat
    private let encoder: any SoundEncoder
    private let frameCount: Int?
    private var framesWritten = 0
    private var isFinished = false

    /// The most frames that can be announced: 9 years at 1 MHz.
    private static let maximumFrames = 1 << 48

    /// - Parameters:
    ///   - format: of the buffers to come.
    ///   - frameCount: how many frames will come, if that is known. It lets a pipe carry a file with
    ///     true lengths; without it, a WAV header written to a pipe says "until the end".
    ///   - layout: of the samples of a raw file; of no meaning for other kinds.
    /// - Throws: ``MediaFileError/unsupportedSound(_:kind:)`` when this kind of file cannot hold such samples,
    ///   ``MediaFileError/needsSeeking(_:)`` when it cannot be written to a pipe,
    ///   ``MediaFileError/onlyReadable(_:)``, and what the system says.
    public init(
        _ output: SoundOutput, kind: SoundFileKind, format: AudioFormat, metadata: AudioMetadata = AudioMetadata(),
        frameCount: Int? = nil, layout: RawLayout = RawLayout()
    ) throws(MediaFileError) {
        guard kind.isWritable else { throw .onlyReadable(kind) }
        guard 0...Self.maximumFrames ~= frameCount ?? 0 else {
            throw .tooLong(kind, allowed: Self.maximumFrames)
        }
        self.format = format
        self.frameCount = frameCount
        fileFormat = format.withWholeBytes
        (leftOut, encoder) = switch kind {
        case .raw:
            (metadata.tags, RawEncoder(try ByteSink(output), layout: SampleLayout(format: fileFormat, raw: layout)))
        case .wav, .rf64:
            (metadata.tags.filter { InfoTags.identifier(of: $0) == nil }, try WAVEncoder(
                output, format: fileFormat, metadata: metadata, frameCount: frameCount, isLong: kind == .rf64))
        case .aiff:
            (AIFFTags.leftOut(metadata.tags), try AIFFEncoder(
                output, format: fileFormat, tags: metadata.tags, frameCount: frameCount))
        default:
            (SndFileTags.leftOut(metadata.tags, kind), try SndFileEncoder(
                output, kind: kind, format: fileFormat, tags: metadata.tags))
        }
    }

    /// - Precondition: the buffer has the format that was announced, and ``finish()`` was not called.
    public func write(_ buffer: AudioBuffer) throws(MediaFileError) {
        precondition(buffer.format == format && !isFinished, "the format that was announced")
        try encoder.write(buffer.withWholeBytes)
        framesWritten += buffer.frameCount
    }

    /// Completes the file; without this, it is none.
    ///
    /// - Throws: ``MediaFileError/wrongFrameCount(announced:written:)``, and what the system says.
    public func finish() throws(MediaFileError) {
        precondition(!isFinished, "a file is finished once")
        isFinished = true
        if let frameCount, frameCount != framesWritten {
            throw .wrongFrameCount(announced: frameCount, written: framesWritten)
        }
        try encoder.finish()
    }
}

extension AudioFormat {
    /// The format with the depth rounded up to 8, 16, 24 or 32 bits.
    fileprivate var withWholeBytes: AudioFormat {
        guard case .integer(let bits) = sample else { return self }
        return AudioFormat(sampleRate: sampleRate, channels: channels, sample: .integer(bits: (bits + 7) / 8 * 8))
    }
}

extension AudioBuffer {
    /// The same sound with the depth rounded up to whole bytes, zeros below.
    fileprivate var withWholeBytes: AudioBuffer {
        let wider = format.withWholeBytes
        guard wider != format, case .integer(let channels) = samples else { return self }
        let shift = Int32(wider.sample.bits - format.sample.bits)
        return AudioBuffer(format: wider, samples: .integer(channels.map { $0.map { $0 << shift } }))
    }
}
