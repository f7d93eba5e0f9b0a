internal import AudioCodec
internal import BitstreamFormat
internal import IntegerKernels
internal import SpectralCoding
public import Media

/// Decodes `.vca` files while they come, in bounded memory. The samples are the same on every machine.
///
///     var decoder = AudioDecoder()
///     while let bytes = more() {
///         decoder.append(bytes)
///         while let buffer = try decoder.next() { play(buffer) }
///     }
///     decoder.finish()
///     while let buffer = try decoder.next() { play(buffer) }
///
/// ``format`` and ``metadata`` are known before the first samples come. For a file in memory, ``decode(_:options:)`` does it
/// all.
public struct AudioDecoder: Sendable {
    private var stream: AudioStreamDecoder

    public init(options: DecodingOptions = .init()) {
        stream = AudioStreamDecoder(engine: IntegerEngine(threads: max(1, options.threads)), model: .standard)
    }

    init(stream: AudioStreamDecoder) {
        self.stream = stream
    }

    /// Nil until that much of the file has come.
    public var format: AudioFormat? { stream.header?.format }

    /// Whether every sample is as it was encoded; nil until that much of the file has come.
    public var isLossless: Bool? { stream.header?.isLossless }

    /// All of it, once samples come.
    public var metadata: AudioMetadata { AudioMetadata(stream.metadata) }

    /// Metadata that could not be read, in words.
    public var metadataWarnings: [String] { stream.metadataErrors.map(\.description) }

    /// Where a file ends that is cut short, once ``next()`` has returned nil after ``finish()``; nil for one that is whole.
    public var truncatedAt: Int? { stream.truncation == nil ? nil : stream.offset }

    /// Bytes of the file that were used so far, or skipped.
    var offset: Int { stream.offset }

    /// Takes the next bytes of the file.
    public mutating func append(_ bytes: [UInt8]) { stream.append(bytes) }

    /// Says that no more bytes come.
    public mutating func finish() { stream.finish() }

    /// The next samples; nil if more bytes have to come first, or after the last ones.
    ///
    /// - Throws: what is wrong with the file; also, after ``finish()``, that it ends before its header does.
    public mutating func next() throws(CodecError) -> AudioBuffer? {
        do {
            guard let block = try stream.next(), let format else { return nil }
            return AudioBuffer(format: format, samples: block.samples)
        } catch { throw .bitstream(error) }
    }

    /// All buffers of a file in memory, and the decoder that knows the rest about it.
    public static func decode(
        _ file: [UInt8], options: DecodingOptions = .init()
    ) throws(CodecError) -> (buffers: [AudioBuffer], decoder: AudioDecoder) {
        var decoder = AudioDecoder(options: options)
        decoder.append(file)
        decoder.finish()
        var buffers: [AudioBuffer] = []
        while let buffer = try decoder.next() { buffers.append(buffer) }
        return (buffers, decoder)
    }
}
