internal import BitstreamFormat
internal import ImageCodec
internal import Media
internal import VCodec

enum PictureTarget {
    /// Samples are coded one by one, and few bytes of metadata can stand for megabytes.
    private static let limits = DecodingLimits(sampleBytes: 512, metadataBytes: 1 << 12)

    static func container(_ bytes: [UInt8]) -> FuzzTarget.Outcome { read(bytes) { _ in false } }

    static func samples(_ bytes: [UInt8]) -> FuzzTarget.Outcome { read(bytes) { $0.modelIdentity == nil } }

    /// Pictures that fill one place of the coarsest level.
    static func levels(_ bytes: [UInt8]) -> FuzzTarget.Outcome {
        read(bytes) { $0.modelIdentity != nil && max($0.width, $0.height) <= 64 }
    }

    /// - Parameter isDecoded: whether the samples are, of a file that says so about itself.
    private static func read(_ bytes: [UInt8], isDecoded: (StreamInfo) -> Bool) -> FuzzTarget.Outcome {
        do throws(BitstreamError) {
            let stream = try ImageStream(bytes, limits: limits)
            for case .limitExceeded(let kind, let requested, let allowed, let offset) in stream.metadataErrors {
                throw .limitExceeded(kind, requested: requested, allowed: allowed, offset: offset)
            }
        } catch { return .refused(error.description) }
        do throws(CodecError) {
            let info = try StreamInfo(bytes)
            if isDecoded(info) { check(try decoder.decode(bytes), of: bytes) }
            return .accepted
        } catch { return .refused(error.description) }
    }

    private static let decoder: ImageDecoder = {
        var options = DecodingOptions()
        options.threads = 1
        return ImageDecoder(options: options)
    }()

    private static func check(_ decoded: DecodedImage, of bytes: [UInt8]) {
        let image = decoded.image
        precondition(image.samples.count == image.width * image.height * image.format.channels.count, "all samples")
        precondition(0...4 ~= decoded.completeLevels && decoded.truncatedAt ?? 0 <= bytes.count, "within the file")
    }
}
