internal import BitstreamFormat
internal import ImageCodec
internal import IntegerKernels
internal import LatentModels
public import Media

/// A decoded picture and what is known about it.
public struct DecodedImage: Sendable {
    public let image: ImageBuffer
    public let metadata: ImageMetadata
    /// Levels of the hierarchy that went into the picture, 1 … 4; 4 is all.
    public let completeLevels: Int
    /// Where the file ends too early; nil if it is whole.
    public let truncatedAt: Int?
    /// Metadata that could not be read, in words.
    public let metadataWarnings: [String]
}

/// Decodes `.vci` files. The samples are the same on every machine, with any number of threads.
public struct ImageDecoder: Sendable {
    private let options: DecodingOptions

    public init(options: DecodingOptions = .init()) {
        self.options = options
    }

    /// Decodes a file, or as much of it as is there: at least the coarsest level (SPEC §12).
    public func decode(
        _ bytes: [UInt8], progress: (@Sendable (Double) -> Void)? = nil
    ) throws(CodecError) -> DecodedImage {
        let levels = options.levels ?? 4
        guard (1...4).contains(levels) else {
            throw .invalidOption(name: "levels", value: "\(levels)", allowed: "1 to 4")
        }
        let stream: ImageStream
        do {
            stream = try ImageStream(bytes, limits: DecodingLimits(sampleBytes: options.maximumSampleBytes))
        } catch { throw .bitstream(error) }
        let model = try self.model(for: stream)
        let decoder = ImageStreamDecoder(engine: IntegerEngine(threads: max(1, options.threads)))
        do {
            let samples = try decoder.decode(stream, model: model?.decoder, levels: levels, progress: progress).samples
            let image = ImageBuffer(
                width: stream.header.width, height: stream.header.height, format: stream.format,
                significantBits: stream.significantBits, samples: samples)
            return DecodedImage(
                image: image, metadata: ImageMetadata(of: stream), completeLevels: min(levels, stream.completeLevels),
                truncatedAt: stream.truncatedAt, metadataWarnings: stream.metadataErrors.map(\.description))
        } catch { throw .bitstream(error) }
    }

    /// The model that a file names; nil if it needs none.
    private func model(for stream: ImageStream) throws(CodecError) -> ModelFile? {
        guard case .lossy(_, let identity) = stream.header.color else { return nil }
        let file = (options.model ?? .standard).file
        guard file.identity == identity else {
            throw .model(.identityMismatch(needed: identity.description, found: file.identity.description))
        }
        return file
    }
}
