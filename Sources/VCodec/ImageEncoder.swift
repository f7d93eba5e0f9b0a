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
            let lossy = EncodedImage(
                bytes: attempt.lossy(setting, progress: progress), qualityPoint: setting.point, attempts: 1)
            return smaller(lossy, attempt)
        case .bytes(let count):
            return try best(within: count, attempt, progress)
        case .bitsPerPixel(let rate):
            guard rate > 0, rate.isFinite else {
                throw .invalidOption(name: "bits per pixel", value: "\(rate)", allowed: "above 0")
            }
            let bytes = min(rate * Double(image.width) * Double(image.height) / 8, 1e15)
            return try best(within: Int(bytes), attempt, progress)
        case .psnr(let decibels):
            guard (1...100).contains(decibels) else {
                throw .invalidOption(name: "PSNR", value: "\(decibels)", allowed: "1 to 100 dB")
            }
            return smaller(try RateSearch(attempt, progress: progress).reaching(psnr: decibels), attempt)
        }
    }

    /// The lossless file where it is no larger: what a drawn picture often wants.
    private func smaller(_ lossy: EncodedImage, _ attempt: EncodingAttempt) -> EncodedImage {
        guard attempt.image.looksDrawn else { return lossy }
        let lossless = attempt.lossless()
        guard lossless.count <= lossy.bytes.count else { return lossy }
        return EncodedImage(bytes: lossless, qualityPoint: nil, attempts: lossy.attempts + 1)
    }

    /// Lossless where it fits, else the best lossy file that does.
    private func best(
        within limit: Int, _ attempt: EncodingAttempt, _ progress: (@Sendable (Double) -> Void)?
    ) throws(CodecError) -> EncodedImage {
        let bitsPerPixel = 8 * Double(limit) / Double(attempt.image.width) / Double(attempt.image.height)
        // No photograph comes below 2 bits a pixel without loss.
        if bitsPerPixel > 2 || attempt.image.looksDrawn {
            let lossless = attempt.lossless()
            if lossless.count <= limit { return EncodedImage(bytes: lossless, qualityPoint: nil, attempts: 1) }
        }
        return try RateSearch(attempt, progress: progress).within(bytes: limit)
    }
}
