internal import BitstreamFormat
internal import ImageCodec
internal import IntegerKernels
public import Media

/// A file made from a picture.
public struct EncodedImage: Sendable {
    public let bytes: [UInt8]
    /// 0 … 63; nil where colour is lossless.
    public let qualityPoint: Int?
    /// How often the picture was encoded to meet the target.
    public let attempts: Int
}

/// Encodes pictures as `.vci` files. The bytes do not depend on the machine or on the number of threads.
public struct ImageEncoder: Sendable {
    private let options: EncodingOptions

    public init(options: EncodingOptions = .init()) {
        self.options = options
    }

    public func encode(
        _ image: ImageBuffer, metadata: ImageMetadata = .init(), progress: (@Sendable (Double) -> Void)? = nil
    ) throws(CodecError) -> EncodedImage {
        let sides = 1...FileHeader.maximumSize
        guard sides.contains(image.width), sides.contains(image.height) else {
            throw .invalidOption(name: "picture size", value: "\(image.width)×\(image.height)", allowed: "1 to \(sides.upperBound)")
        }
        let attempt = EncodingAttempt(
            image: image, metadata: metadata, model: options.model.file,
            engine: IntegerEngine(threads: max(1, options.threads)))
        switch options.target {
        case .lossless:
            return EncodedImage(bytes: attempt.lossless(), qualityPoint: nil, attempts: 1)
        case .quality(let quality):
            guard (0...100).contains(quality) else {
                throw .invalidOption(name: "quality", value: "\(quality)", allowed: "0 to 100")
            }
            let setting = RateSetting(point: Int((quality * 63 / 100).rounded()))
            return EncodedImage(
                bytes: attempt.lossy(setting, progress: progress), qualityPoint: setting.point, attempts: 1)
        case .bytes(let count):
            return try RateSearch(attempt, progress: progress).within(bytes: count)
        case .bitsPerPixel(let rate):
            guard rate > 0, rate.isFinite else {
                throw .invalidOption(name: "bits per pixel", value: "\(rate)", allowed: "above 0")
            }
            let bytes = min(rate * Double(image.width) * Double(image.height) / 8, 1e15)
            return try RateSearch(attempt, progress: progress).within(bytes: Int(bytes))
        case .psnr(let decibels):
            guard (1...100).contains(decibels) else {
                throw .invalidOption(name: "PSNR", value: "\(decibels)", allowed: "1 to 100 dB")
            }
            return try RateSearch(attempt, progress: progress).reaching(psnr: decibels)
        }
    }
}
