internal import BitstreamFormat
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Foundation
#endif
internal import ImageCodec
internal import IntegerKernels
public import Media

/// A file made from a picture.
public struct EncodedImage: Sendable {
    public let bytes: [UInt8]
    /// 0 … 63; nil where colour is lossless.
    public let qualityPoint: Int?
    /// How far a colour sample may be off, in steps of 8 bits; nil where a model coded colour.
    public let maximumError: Int?
    /// How often the picture was encoded to meet the target.
    public let attempts: Int
}

/// Encodes pictures as `.vci` files. The bytes do not depend on the machine or on the number of threads.
public struct ImageEncoder: Sendable {
    private let options: EncodingOptions

    public init(options: EncodingOptions = .init()) {
        self.options = options
    }

    /// Encodes a picture.
    ///
    /// - Parameters:
    ///   - image: with sides of 1 … 2²⁴.
    ///   - metadata: what travels beside the samples.
    ///   - progress: called with the part that is done, more of it every time and 1 at the end, from one thread at a time.
    ///   - isCancelled: asked now and then, at least once a second for a picture of a megapixel; true ends the work with
    ///     ``CodecError/cancelled``.
    public func encode(
        _ image: ImageBuffer, metadata: ImageMetadata = .init(), progress: (@Sendable (Double) -> Void)? = nil,
        isCancelled: (@Sendable () -> Bool)? = nil
    ) throws(CodecError) -> EncodedImage {
        try encode(image, metadata: metadata, WorkMonitor(progress: progress, isCancelled: isCancelled))
    }

    func encode(_ image: ImageBuffer, metadata: ImageMetadata, _ monitor: WorkMonitor) throws(CodecError) -> EncodedImage {
        let sides = 1...FileHeader.maximumSize
        guard sides.contains(image.width), sides.contains(image.height) else {
            throw .invalidOption(name: "picture size", value: "\(image.width)×\(image.height)", allowed: "1 to \(sides.upperBound)")
        }
        try checkTune()
        try monitor.check()
        let attempt = EncodingAttempt(
            image: image, metadata: metadata, model: (options.model ?? .standard(for: options.tune)).file,
            engine: IntegerEngine(threads: max(1, options.threads), watch: monitor.watch()), effort: options.effort,
            tune: options.tune)
        let encoded = try encode(attempt, monitor)
        monitor.report(1)
        return encoded
    }

    private func encode(_ attempt: EncodingAttempt, _ monitor: WorkMonitor) throws(CodecError) -> EncodedImage {
        switch options.target {
        case .lossless:
            return try lossless(attempt, monitor)
        case .maximumError(let error):
            guard (0...127).contains(error) else {
                throw .invalidOption(name: "largest error", value: "\(error)", allowed: "0 to 127")
            }
            return try nearLossless(attempt, step: 2 * error + 1, monitor)
        case .quality(let quality):
            guard (0...100).contains(quality) else {
                throw .invalidOption(name: "quality", value: "\(quality)", allowed: "0 to 100")
            }
            return try encode(attempt, at: RateSetting(point: Int((quality * 63 / 100).rounded())), monitor)
        case .bytes(let count):
            return try best(within: count, attempt, monitor)
        case .bitsPerPixel(let rate):
            guard rate > 0, rate.isFinite else {
                throw .invalidOption(name: "bits per pixel", value: "\(rate)", allowed: "above 0")
            }
            let bytes = min(rate * Double(attempt.image.width) * Double(attempt.image.height) / 8, 1e15)
            return try best(within: Int(bytes), attempt, monitor)
        case .psnr(let decibels):
            guard (1...100).contains(decibels) else {
                throw .invalidOption(name: "PSNR", value: "\(decibels)", allowed: "1 to 100 dB")
            }
            return try smaller(reaching(decibels, attempt, monitor), attempt, monitor.over(0.9...1))
        }
    }

    /// With the model, unless something else turns out to be better.
    private func encode(
        _ attempt: EncodingAttempt, at setting: RateSetting, _ monitor: WorkMonitor
    ) throws(CodecError) -> EncodedImage {
        let hasRivals = attempt.looksDrawn || setting.point >= Self.nearLosslessPoint
        let lossy = EncodedImage(
            bytes: try attempt.lossy(setting, monitor: hasRivals ? monitor.over(0...0.4) : monitor), qualityPoint: setting.point,
            maximumError: nil, attempts: 1)
        return try smaller(better(lossy, attempt, monitor.over(0.4...0.7)), attempt, monitor.over(0.7...1))
    }

    /// No model was trained for MS-SSIM; only refinement works for it.
    private func checkTune() throws(CodecError) {
        guard options.tune != .msSSIM || options.effort.value > 0 else {
            throw .invalidOption(name: "effort", value: "0", allowed: "1 to 9 with tune \(options.tune.rawValue)")
        }
    }

    /// The lossless file where it is no larger: what a drawn picture often wants.
    private func smaller(
        _ lossy: EncodedImage, _ attempt: EncodingAttempt, _ monitor: WorkMonitor
    ) throws(CodecError) -> EncodedImage {
        guard attempt.looksDrawn else { return lossy }
        let exact = try lossless(attempt, monitor)
        return exact.bytes.count <= lossy.bytes.count ? exact : lossy
    }

    private func lossless(_ attempt: EncodingAttempt, _ monitor: WorkMonitor) throws(CodecError) -> EncodedImage {
        EncodedImage(bytes: try attempt.lossless(monitor: monitor), qualityPoint: nil, maximumError: 0, attempts: 1)
    }

    private func nearLossless(
        _ attempt: EncodingAttempt, step: Int, _ monitor: WorkMonitor
    ) throws(CodecError) -> EncodedImage {
        if step == 1 || attempt.image.width > SamplesPayload.maximumWidth { return try lossless(attempt, monitor) }
        return EncodedImage(
            bytes: try attempt.nearLossless(step: step, monitor: monitor), qualityPoint: nil, maximumError: step / 2, attempts: 1)
    }

    /// At the highest qualities the model saturates: a nearly lossless file is used where it is smaller and no worse.
    private func better(
        _ lossy: EncodedImage, _ attempt: EncodingAttempt, _ monitor: WorkMonitor
    ) throws(CodecError) -> EncodedImage {
        guard mayBeBeaten(lossy) else { return lossy }
        let reached = try attempt.psnr(of: lossy.bytes, monitor: monitor)
        let near = try nearLossless(attempt, step: Self.step(psnr: reached), monitor)
        guard near.bytes.count <= lossy.bytes.count, try attempt.psnr(of: near.bytes, monitor: monitor) >= reached else {
            return lossy
        }
        return near
    }

    /// Whether a nearly lossless file may be better, of which PSNR is the judge.
    private func mayBeBeaten(_ lossy: EncodedImage) -> Bool {
        lossy.qualityPoint.map { $0 >= Self.nearLosslessPoint } ?? false && options.tune == .psnr
    }

    /// The first quality point, about quality 85, at which a nearly lossless file is tried.
    private static let nearLosslessPoint = 54

    /// The largest step whose error, spread evenly over it, stays above a PSNR: an error of (step² − 1) / 12.
    private static func step(psnr: Double) -> Int {
        var step = 1
        while step < 63, 255 * 255 * 12 / Double((step + 2) * (step + 2) - 1) >= powerRatio(psnr) { step += 2 }
        return step
    }

    private static func powerRatio(_ decibels: Double) -> Double { exp(decibels * log(10) / 10) }

    /// With the model if it gets there, else nearly lossless.
    private func reaching(
        _ decibels: Double, _ attempt: EncodingAttempt, _ monitor: WorkMonitor
    ) throws(CodecError) -> EncodedImage {
        do {
            let found = try RateSearch(attempt, monitor: monitor.over(0...0.8)).reaching(psnr: decibels)
            return try better(found, attempt, monitor.over(0.8...0.9))
        } catch .unreachableQuality {
            var step = Self.step(psnr: decibels)
            while step > 1 {
                let near = try nearLossless(attempt, step: step, monitor.over(0.8...0.85))
                if try attempt.psnr(of: near.bytes, monitor: monitor) >= decibels { return near }
                step -= 2
            }
            return try lossless(attempt, monitor.over(0.85...0.9))
        }
    }

    /// Lossless where it fits, else the best lossy file that does.
    private func best(
        within limit: Int, _ attempt: EncodingAttempt, _ monitor: WorkMonitor
    ) throws(CodecError) -> EncodedImage {
        let bitsPerPixel = 8 * Double(limit) / Double(attempt.image.width) / Double(attempt.image.height)
        // No photograph comes below 2 bits a pixel without loss.
        if bitsPerPixel > 2 || attempt.looksDrawn {
            let exact = try lossless(attempt, monitor.over(0...0.2))
            if exact.bytes.count <= limit { return exact }
        }
        let lossy = try RateSearch(attempt, monitor: monitor.over(0.2...0.9)).within(bytes: limit)
        guard mayBeBeaten(lossy) else { return lossy }
        return try nearest(within: limit, attempt, to: lossy, monitor.over(0.9...1))
    }

    /// The nearly lossless file of the smallest step that fits, where it is better than the model's.
    private func nearest(
        within limit: Int, _ attempt: EncodingAttempt, to lossy: EncodedImage, _ monitor: WorkMonitor
    ) throws(CodecError) -> EncodedImage {
        let reached = try attempt.psnr(of: lossy.bytes, monitor: monitor)
        for step in stride(from: 3, through: Self.step(psnr: reached), by: 2) {
            let near = try nearLossless(attempt, step: step, monitor)
            guard near.bytes.count <= limit else { continue }
            return try attempt.psnr(of: near.bytes, monitor: monitor) > reached ? near : lossy
        }
        return lossy
    }
}
