internal import AudioCodec
internal import BitstreamFormat
internal import IntegerKernels
public import Media

/// Decodes `.vca` files while they come, in bounded memory. The samples are the same on every machine.
///
///     var decoder = AudioDecoder()
///     while let bytes = more() { play(try decoder.append(bytes)) }
///     let rest = try decoder.finish()
///
/// ``format`` and ``metadata`` are known before the first samples come.
public struct AudioDecoder: Sendable {
    private var stream: AudioStreamDecoder

    public init(options: DecodingOptions = .init()) {
        stream = AudioStreamDecoder(engine: IntegerEngine(threads: max(1, options.threads)))
    }

    init(stream: AudioStreamDecoder) {
        self.stream = stream
    }

    /// Nil until that much of the file has come.
    public var format: AudioFormat? { stream.header?.format }

    /// All of it, once samples come.
    public var metadata: AudioMetadata { AudioMetadata(stream.metadata) }

    /// Metadata that could not be read, in words.
    public var metadataWarnings: [String] { stream.metadataErrors.map(\.description) }

    /// Takes the next bytes of the file.
    ///
    /// - Returns: the samples that are ready, perhaps none. They follow those of the call before.
    public mutating func append(_ bytes: [UInt8]) throws(CodecError) -> [AudioBuffer] {
        do {
            // The format may be known only after these bytes.
            let blocks = try stream.append(bytes)
            return buffers(blocks)
        } catch { throw .bitstream(error) }
    }

    /// What is left when all bytes are in.
    ///
    /// - Returns: the last samples, and where a file ends that is cut short; nil for one that is whole.
    /// - Throws: also if the file ends before its header does.
    public mutating func finish() throws(CodecError) -> (buffers: [AudioBuffer], truncatedAt: Int?) {
        do {
            let (blocks, truncation) = try stream.finish()
            return (buffers(blocks), truncation == nil ? nil : stream.offset)
        } catch { throw .bitstream(error) }
    }

    private func buffers(_ blocks: [SampleBlock]) -> [AudioBuffer] {
        guard let format else { return [] }
        return blocks.map { AudioBuffer(format: format, samples: $0.samples) }
    }
}
