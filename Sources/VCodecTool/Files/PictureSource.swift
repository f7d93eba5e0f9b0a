import Media
import MediaFiles
import VCodec

/// A picture that was read from an image file or a `.vci` file.
struct PictureSource {
    let image: ImageBuffer
    let metadata: ImageMetadata

    /// Whether the file is a `.vci`.
    let isEncoded: Bool

    /// The file's size.
    let bytes: Int

    private init(image: ImageBuffer, metadata: ImageMetadata, isEncoded: Bool, bytes: Int) {
        self.image = image
        self.metadata = metadata
        self.isEncoded = isEncoded
        self.bytes = bytes
    }

    /// Reads PNG or PNM.
    init(image input: InputFile, _ work: WorkOptions) throws(ToolFailure) {
        self = try Self.image(try input.read(), input, work)
    }

    /// Reads PNG, PNM or `.vci`.
    init(any input: InputFile, _ work: WorkOptions) throws(ToolFailure) {
        let isEncoded = try MediaKind(of: input) == .encodedPicture
        let bytes = try input.read()
        self = isEncoded ? try Self.encoded(bytes, input, work) : try Self.image(bytes, input, work)
    }

    private static func encoded(
        _ bytes: [UInt8], _ input: InputFile, _ work: WorkOptions
    ) throws(ToolFailure) -> PictureSource {
        let decoded = try StreamDecoding(work, levels: nil).decode(bytes, from: input)
        return PictureSource(
            image: decoded.image, metadata: decoded.metadata, isEncoded: true, bytes: bytes.count)
    }

    private static func image(
        _ bytes: [UInt8], _ input: InputFile, _ work: WorkOptions
    ) throws(ToolFailure) -> PictureSource {
        do {
            let file = try ImageFileReader(limits: limits(work)).read(bytes)
            for warning in file.warnings { work.reporting.warn(input.name, warning.description) }
            return PictureSource(
                image: file.image, metadata: file.metadata, isEncoded: false, bytes: bytes.count)
        } catch {
            throw ToolFailure(reading: input.name, error)
        }
    }

    /// The reader's own limits, or what fits the memory given: eight bytes are one pixel of four
    /// samples.
    private static func limits(_ work: WorkOptions) -> ReadingLimits {
        var limits = ReadingLimits()
        if let bytes = work.maximumSampleBytes {
            limits.maximumPixels = bytes / 8
            limits.maximumSide = 1 << 24
        }
        limits.maximumMetadataBytes = work.metadataLimit.bytes ?? limits.maximumMetadataBytes
        return limits
    }
}
