internal import Analysis
internal import BitstreamFormat
internal import EntropyModels
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Foundation
#endif
internal import ImageCodec
internal import IntegerKernels
internal import LatentModels
internal import LatentRefinement
internal import Media

/// Where the encoder stands: a quality point, and how hard it pulls symbols towards zero.
struct RateSetting: Hashable {
    /// 0 … 63
    var point: Int
    /// 0 rounds to the nearest, which has the best rate-distortion curve (docs/decisions/0003-rounding.md). A pull of 1
    /// lowers the rate by a few percent, about what a quality point does, so that sizes between two points can be met.
    var pull: Double = 0

    var rounding: RateAwareRounding {
        pull > 0 ? RateAwareRounding(errorPriceQ8: Int(16000 / pull)) : .nearest
    }

    /// Bits that a squared error of one 8-bit step is worth.
    var errorPrice: Double { LevelRefinement.errorPrice(atPoint: Double(point) - pull) }

    func loss(_ measure: DistortionMeasure) -> RefinementLoss {
        switch measure {
        case .psnr: .squaredError
        case .ssimulacra2: .visual
        case .msSSIM: .similarity(atPoint: Double(point) - pull)
        }
    }
}

/// One picture on its way to a file, encoded with one setting or another.
struct EncodingAttempt: Sendable {
    let image: ImageBuffer
    let metadata: ImageMetadata
    let model: ModelFile
    /// What it gives is of use only if the monitor goes on afterwards.
    let engine: IntegerEngine
    let effort: Effort
    let tune: DistortionMeasure
    /// The alpha plane, where there is one: the same in every attempt.
    private let alpha: [PlanePayload]
    /// The part of pixels that equal their left neighbour.
    private let repeatedShare: Double

    init(
        image: ImageBuffer, metadata: ImageMetadata, model: ModelFile, engine: IntegerEngine, effort: Effort,
        tune: DistortionMeasure
    ) {
        self.image = image
        self.metadata = metadata
        self.model = model
        self.engine = engine
        self.effort = effort
        self.tune = tune
        alpha = ImageStreamEncoder(engine: engine).alphaPlane(of: image).map { [$0] } ?? []
        repeatedShare = image.repeatedShare
    }

    var looksDrawn: Bool { repeatedShare > 0.5 }

    /// The smallest of what may be: samples, with copies or without, or planes, which tiny and drawn pictures may prefer
    /// and which alone hold all of 16 bits.
    func lossless(monitor: WorkMonitor) throws(CodecError) -> [UInt8] {
        guard image.colorHasEightBits, image.width <= SamplesPayload.maximumWidth else { return try asPlanes(monitor) }
        let mayBePlanes = looksDrawn || image.width * image.height < Self.tinyPicture
        let asSamples = try nearLossless(step: 1, monitor: mayBePlanes ? monitor.over(0...0.8) : monitor)
        guard mayBePlanes else { return asSamples }
        let asPlanes = try asPlanes(monitor.over(0.8...1))
        return asSamples.count <= asPlanes.count ? asSamples : asPlanes
    }

    private func asPlanes(_ monitor: WorkMonitor) throws(CodecError) -> [UInt8] {
        let engine = engine.watched(by: monitor.watch(rows: image.height * image.format.channels.colorCount))
        let planes = ImageStreamEncoder(engine: engine).colorPlanes(of: image)
        try monitor.check()
        return file(.lossless, planes: planes + alpha)
    }

    /// Colour off by at most (step − 1)/2 in steps of 8 bits. Copies are tried where neighbours often are equal.
    func nearLossless(step: Int, monitor: WorkMonitor) throws(CodecError) -> [UInt8] {
        let choices = looksDrawn ? [true] : repeatedShare > 0.3 ? [false, true] : [false]
        let engine = engine.watched(by: monitor.watch(rows: image.height * choices.count))
        let files = choices.map { copies in
            let samples = ImageStreamEncoder(engine: engine).samples(of: image, step: step, copies: copies)
            return file(.lossless, planes: alpha, samples: samples)
        }
        try monitor.check()
        return files.min { $0.count < $1.count } ?? []
    }

    /// Pixels; below, no way of coding has learnt enough to be surely the best.
    private static let tinyPicture = 4096

    /// - Parameter effort: instead of the one that was asked for, which takes longer.
    func lossy(_ setting: RateSetting, effort: Effort? = nil, monitor: WorkMonitor) throws(CodecError) -> [UInt8] {
        let encoder = ImageStreamEncoder(engine: engine)
        let quality = QualityPoint(setting.point), plan = (effort ?? self.effort).plan(for: tune)
        let levels = encoder.levels(
            of: image, model: model.decoder, quality: quality, rounding: setting.rounding,
            source: { ImageAnalysis(of: $0, network: model.analysis, quality: quality, engine: engine) },
            refiner: { samples, tile in
                plan.flatMap { refinement($0, at: setting, of: samples, tile, monitor: monitor) }
            },
            progress: monitor.report)
        try monitor.check()
        return file(.lossy(quality: setting.point, model: model.identity), planes: alpha, levels: levels)
    }

    private func refinement(
        _ plan: RefinementPlan, at setting: RateSetting, of samples: Feature, _ tile: Tile, monitor: WorkMonitor
    ) -> LevelRefinement? {
        let tiles = Double(TileGrid(width: image.width, height: image.height).count)
        let monitor = monitor.over(Double(tile.index) / tiles...Double(tile.index + 1) / tiles)
        return LevelRefinement(
            model: model.decoder, quality: QualityPoint(setting.point), plan: plan, price: setting.errorPrice,
            loss: setting.loss(tune), samples: samples, width: tile.width, height: tile.height, engine: engine,
            goesOn: { part in
                // Coding what was found takes a while, too.
                monitor.report(0.95 * part)
                return monitor.goesOn
            })
    }

    /// PSNR over the colour samples of a file made from the picture, in dB.
    func psnr(of bytes: [UInt8], monitor: WorkMonitor) throws(CodecError) -> Double {
        let decoded: [UInt16]
        do {
            let stream = try ImageStream(bytes, limits: .unlimited)
            decoded = try ImageStreamDecoder(engine: engine)
                .decode(stream, model: model.decoder, levels: 4, progress: nil).samples
        } catch { throw .bitstream(error) }
        try monitor.check()
        let (channels, colors) = (image.format.channels.count, image.format.channels.colorCount)
        var squares = 0.0
        for i in 0..<decoded.count where i % channels < colors {
            let error = Double(decoded[i]) - Double(image.samples[i])
            squares += error * error
        }
        let peak = Double(image.format.bitDepth.maximumSample)
        let mean = squares / Double(image.width * image.height * colors)
        return mean == 0 ? .infinity : 10 * log10(peak * peak / mean)
    }

    private func file(
        _ color: FileHeader.Color, planes: [PlanePayload], samples: SamplesPayload? = nil, levels: [LevelPayload] = []
    ) -> [UInt8] {
        let depth = image.format.bitDepth.bits
        var writer = Bitstream.Writer(header: FileHeader(
            width: image.width, height: image.height, channels: image.format.channels.count, bitDepth: depth, color: color))
        // Samples that are not exact use all bits again.
        let isExact = color == .lossless && samples?.step ?? 1 == 1
        let bits = isExact && image.significantBits < depth ? image.significantBits : nil
        for item in metadata.payloads(format: image.format, significantBits: bits) { writer.append(item) }
        for plane in planes { writer.append(plane, bitDepth: depth) }
        if let samples { writer.append(samples) }
        for level in levels { writer.append(level) }
        return writer.finish()
    }
}
