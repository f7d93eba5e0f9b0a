public import Media

/// Reads a sound file of any format that is known here, block after block.
///
///     let reader = try SoundFileReader(.path("speech.wav"))
///     while let block = try reader.read(frames: 4096) { … block.samples … }
///     reader.warnings          // whether the file was cut short, for example
///
/// Integers and floating-point samples of uncompressed and lossless files come through bit by bit.
/// Lossy files (Vorbis, Opus, MP3, ADPCM, μ-law …) are given as 16-bit integers, as their own decoders
/// write them: full scale is 32 768, rounded to the nearest, clipped. Beyond that depth their
/// decoders differ from one another, and a float file would be several times as large.
///
/// WAV and raw samples are read from a pipe as they arrive, with or without a known length; other
/// kinds from a pipe are first copied to a temporary file. Memory does not depend on the file's length.
public final class SoundFileReader {
    public let kind: SoundFileKind
    private let decoder: any SoundDecoder

    /// Frames that ``read(frames:)`` has returned so far.
    public private(set) var framesRead = 0
    private var isAtEnd = false

    /// The most frames that are returned at once.
    public static let longestBlock = 1 << 16

    /// Recognises the format by content and reads what comes before the samples.
    public init(_ input: SoundInput, limits: ReadingLimits = ReadingLimits()) throws(MediaFileError) {
        let source = try ByteSource(input)
        kind = try SoundFileKind(recognizing: source.peek(SoundFileKind.signatureLength))
        decoder = try Self.decoder(for: kind, source, limits)
    }

    /// Reads a file of nothing but samples, which cannot say itself what they are.
    ///
    /// - Throws: ``MediaFileError/unsupportedSound(_:kind:)`` unless samples have whole bytes.
    public init(_ input: SoundInput, raw format: AudioFormat, layout: RawLayout = RawLayout()) throws(MediaFileError) {
        guard format.sample.bits.isMultiple(of: 8) else { throw .unsupportedSound(format, kind: .raw) }
        kind = .raw
        decoder = RawDecoder(try ByteSource(input), layout: SampleLayout(format: format, raw: layout))
    }

    public var format: AudioFormat { decoder.format }

    /// Frames that the file claims to have; nil when it does not say. ``framesRead`` is the truth.
    public var declaredFrames: Int? { decoder.declaredFrames }

    /// What the file carries beside the samples. Complete at once when the source can be sought; from
    /// a pipe, what follows the samples is here when ``read(frames:)`` has returned nil.
    public var metadata: AudioMetadata { decoder.metadata }

    /// What was wrong so far without harm to the samples that were returned. At the end, this has
    /// ``MediaFileError/cutShort(declaredFrames:readFrames:)`` when there were fewer than declared.
    public var warnings: [MediaFileError] {
        guard isAtEnd, let declaredFrames, framesRead < declaredFrames else { return decoder.warnings }
        return decoder.warnings + [.cutShort(declaredFrames: declaredFrames, readFrames: framesRead)]
    }

    /// The next block of frames; nil at the end.
    ///
    /// - Parameter frames: how many at most, at least 1. There may be fewer: no block is longer than
    ///   ``longestBlock``, and the last one ends with the file.
    /// - Throws: ``MediaFileError/corruptSound(detail:frame:)`` where compressed samples are damaged.
    public func read(frames: Int) throws(MediaFileError) -> AudioBuffer? {
        precondition(frames > 0, "at least one frame")
        guard !isAtEnd, let buffer = try decoder.read(frames: min(frames, Self.longestBlock)) else {
            isAtEnd = true
            return nil
        }
        framesRead += buffer.frameCount
        return buffer
    }

    private static func decoder(
        for kind: SoundFileKind, _ source: ByteSource, _ limits: ReadingLimits
    ) throws(MediaFileError) -> any SoundDecoder {
        if kind == .wav || kind == .rf64, let decoder = try WAVDecoder(source, limits: limits) { return decoder }
        try source.makeSeekable()
        if kind == .aiff, let decoder = try AIFFDecoder(source) { return decoder }
        return try SndFileDecoder(source, kind: kind, limits: limits)
    }
}
