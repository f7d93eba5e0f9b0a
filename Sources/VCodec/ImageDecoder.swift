internal import BitstreamFormat
internal import ImageCodec
internal import IntegerKernels
internal import LatentModels
public import Media

/// A decoded picture and what is known about it.
public struct DecodedImage: Sendable {
    /// What is known about a picture beside its samples.
    public struct Details: Sendable {
        public let metadata: ImageMetadata
        /// Levels of the hierarchy that went into the picture, 1 … 4; 4 is all.
        public let completeLevels: Int
        /// Where the file ends too early; nil if it is whole.
        public let truncatedAt: Int?
        /// Metadata that could not be read, in words.
        public let metadataWarnings: [String]
    }

    public let image: ImageBuffer
    public let details: Details

    public var metadata: ImageMetadata { details.metadata }
    public var completeLevels: Int { details.completeLevels }
    public var truncatedAt: Int? { details.truncatedAt }
    public var metadataWarnings: [String] { details.metadataWarnings }
}

/// Decodes `.vci` files. The samples are the same on every machine, with any number of threads.
public struct ImageDecoder: Sendable {
    private let options: DecodingOptions

    public init(options: DecodingOptions = .init()) {
        self.options = options
    }

    /// Decodes a file, or as much of it as is there: at least the coarsest level (SPEC §12).
    ///
    /// - Parameters:
    ///   - bytes: the file.
    ///   - progress: called with the part that is done, more of it every time and 1 at the end, from one thread at a time.
    ///   - isCancelled: asked now and then, at least once a second for a picture of a megapixel; true ends the work with
    ///     ``CodecError/cancelled``.
    public func decode(
        _ bytes: [UInt8], progress: (@Sendable (Double) -> Void)? = nil, isCancelled: (@Sendable () -> Bool)? = nil
    ) throws(CodecError) -> DecodedImage {
        try decode(bytes, WorkMonitor(progress: progress, isCancelled: isCancelled))
    }

    /// Decodes a file into the caller's memory.
    ///
    /// - Parameters:
    ///   - bytes: the file.
    ///   - samples: of which only what ``ImageLayout`` says is written, and nothing before the file has been decoded.
    ///   - layout: how the samples are to lie; of the file's format, which ``StreamInfo`` tells, and of its size or
    ///     the region's.
    ///   - progress: as in ``decode(_:progress:isCancelled:)``.
    ///   - isCancelled: likewise.
    /// - Throws: before any work, ``CodecError/invalidOption(name:value:allowed:)`` for a layout that is not the file's, and
    ///   ``CodecError/bufferTooSmall(needed:given:)``.
    @discardableResult
    public func decode(
        _ bytes: [UInt8], into samples: inout MutableRawSpan, layout: ImageLayout,
        progress: (@Sendable (Double) -> Void)? = nil, isCancelled: (@Sendable () -> Bool)? = nil
    ) throws(CodecError) -> DecodedImage.Details {
        let stream = try read(bytes)
        let region = try region(of: stream)
        try layout.check(
            width: region.width, height: region.height, format: stream.format, byteCount: samples.byteCount)
        let decoded = try decode(stream, WorkMonitor(progress: progress, isCancelled: isCancelled))
        try decoded.image.copy(to: &samples, layout: layout)
        return decoded.details
    }

    func decode(_ bytes: [UInt8], _ monitor: WorkMonitor) throws(CodecError) -> DecodedImage {
        try decode(read(bytes), monitor)
    }

    private func read(_ bytes: [UInt8]) throws(CodecError) -> ImageStream {
        do {
            return try ImageStream(bytes, limits: DecodingLimits(options))
        } catch { throw .bitstream(error) }
    }

    private func decode(_ stream: ImageStream, _ monitor: WorkMonitor) throws(CodecError) -> DecodedImage {
        let levels = options.levels ?? 4
        guard (1...4).contains(levels) else {
            throw .invalidOption(name: "levels", value: "\(levels)", allowed: "1 to 4")
        }
        let region = try self.region(of: stream)
        let model = try self.model(for: stream)
        let samples = try samples(of: stream, in: region, model: model, levels: levels, monitor)
        monitor.report(1)
        let image = ImageBuffer(
            width: region.width, height: region.height, format: stream.format,
            significantBits: stream.significantBits, samples: samples)
        let details = DecodedImage.Details(
            metadata: ImageMetadata(of: stream), completeLevels: min(levels, stream.completeLevels),
            truncatedAt: stream.truncatedAt, metadataWarnings: stream.metadataErrors.map(\.description))
        return DecodedImage(image: image, details: details)
    }

    /// Tiles take most of the time where there are any; planes and samples follow them.
    private func samples(
        of stream: ImageStream, in region: PixelRegion, model: ModelFile?, levels: Int, _ monitor: WorkMonitor
    ) throws(CodecError) -> [UInt16] {
        let hasRows = stream.codedRows > 0
        let (tiles, rows) = (monitor.over(0...(hasRows ? 0.7 : 1)), monitor.over((model == nil ? 0 : 0.7)...1))
        let watch = rows.watch(rows: hasRows ? stream.codedRows : nil)
        let decoder = ImageStreamDecoder(engine: IntegerEngine(threads: max(1, options.threads), watch: watch))
        try monitor.check()
        do {
            let samples = try decoder.decode(
                stream, model: model?.decoder, levels: levels, region: region, progress: tiles.report
            ).samples
            // Of a cancelled picture, nobody knows what was decoded.
            if monitor.goesOn { return samples }
        } catch { throw .bitstream(error) }
        throw .cancelled
    }

    /// What is to be decoded.
    private func region(of stream: ImageStream) throws(CodecError) -> PixelRegion {
        let (width, height) = (stream.header.width, stream.header.height)
        let whole = PixelRegion(x: 0, y: 0, width: width, height: height)
        guard let region = options.region else { return whole }
        guard region.isInside(width: width, height: height) else {
            throw .invalidOption(name: "region", value: "\(region)", allowed: "at least a pixel, inside of \(whole)")
        }
        return region
    }

    /// The model that a file names; nil if it needs none.
    private func model(for stream: ImageStream) throws(CodecError) -> ModelFile? {
        guard case .lossy(_, let identity) = stream.header.color else { return nil }
        guard let model = options.model ?? .embedded(identity), model.file.identity == identity else {
            let found = options.model?.identity ?? Model.embeddedIdentities
            throw .model(.identityMismatch(needed: identity.description, found: found))
        }
        return model.file
    }
}

extension DecodingLimits {
    fileprivate init(_ options: DecodingOptions) {
        self.init(sampleBytes: options.maximumSampleBytes)
        metadataBytes = options.maximumMetadataBytes ?? metadataBytes
    }
}
