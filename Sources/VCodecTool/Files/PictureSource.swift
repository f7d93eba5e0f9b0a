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

    /// What every `.vci` file starts with (SPEC §2).
    private static let signature: [UInt8] = [0x8E, 0x76, 0x63, 0x69]

    private init(image: ImageBuffer, metadata: ImageMetadata, isEncoded: Bool, bytes: Int) {
        self.image = image
        self.metadata = metadata
        self.isEncoded = isEncoded
        self.bytes = bytes
    }

    /// Reads PNG or PNM.
    ///
    /// - Throws: a failure also for `.vci` files, saying what to do with them.
    init(image input: InputFile, _ work: WorkOptions) throws(ToolFailure) {
        let bytes = try input.read()
        guard !bytes.starts(with: Self.signature) else {
            throw ToolFailure(.badData, input.name, "is encoded already; 'vcodec decode' reads it")
        }
        self = try Self.image(bytes, input, work)
    }

    /// Reads PNG, PNM or `.vci`.
    init(any input: InputFile, _ work: WorkOptions) throws(ToolFailure) {
        let bytes = try input.read()
        self = bytes.starts(with: Self.signature)
            ? try Self.encoded(bytes, input, work) : try Self.image(bytes, input, work)
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
        return limits
    }
}
