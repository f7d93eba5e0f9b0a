internal import EntropyCoding
package import EntropyModels
package import IntegerKernels
package import LatentModels

/// Codes one tile, walking the very path that the decoder will walk (SPEC §9): the inverse of `HierarchyDecoder`.
package struct HierarchyEncoder: Sendable {
    private let qualified: QualifiedModel
    private let rounding: RateAwareRounding

    package init(model: HierarchicalVAE, quality: QualityPoint, rounding: RateAwareRounding, engine: IntegerEngine) {
        qualified = QualifiedModel(model: model, quality: quality, engine: engine)
        self.rounding = rounding
    }

    /// A coded tile and what a decoder will make of it.
    package struct Result: Sendable {
        /// `[4]`, fine to coarse.
        package let levels: [LevelStreams]
        /// The feature after the last latent block; `reconstruction(of:)` makes it samples.
        package let feature: Feature
    }

    package func encode(_ grid: LatentGrid, source: some LatentSource) -> Result {
        var y = qualified.start(on: grid)
        var levels: [LevelStreams] = []
        for level in (0..<VAEConfiguration.levels).reversed() {
            let positions = grid.height(level: level) * grid.width(level: level)
            var streams = LevelEncoder(bands: .standard(positions: positions))
            for (i, block) in qualified.model.levels[level].blocks.enumerated() {
                y = qualified.apply(block.front, to: y)
                let active = y.gathered(block.phase)
                let prior = qualified.engine.pointwise(block.prior, active)
                let posterior = source.posterior(level: level, block: i, feature: y)
                let latents = streams.encode(
                    qualified.coder(of: block, width: y.width), prior: prior, posterior: posterior, rounding: rounding,
                    engine: qualified.engine)
                qualified.engine.add(block.fuse, latents, to: active)
                y.scatter(active, block.phase)
            }
            levels.append(streams.finish())
            y = qualified.ascend(y, from: level)
        }
        return Result(levels: levels.reversed(), feature: y)
    }

    /// What a decoder will show: R, G, B in 1/64 of an 8-bit step.
    package func reconstruction(of result: Result) -> Feature {
        qualified.synthesise(result.feature)
    }
}

/// The range encoders of a level's bands.
private struct LevelEncoder {
    private let bands: BandedRows
    private var encoders: [RangeEncoder]

    init(bands: BandedRows) {
        self.bands = bands
        encoders = Array(repeating: RangeEncoder(), count: bands.count)
    }

    /// Codes one latent block and returns its latents as the decoder will see them.
    mutating func encode(
        _ coder: BlockCoder, prior: Feature, posterior: Feature, rounding: RateAwareRounding, engine: IntegerEngine
    ) -> Feature {
        let latents = Feature(height: prior.height, width: prior.width, channels: posterior.channels)
        let results = ConcurrentResults<RangeEncoder>(count: bands.count)
        let (start, bands) = (encoders, bands)
        engine.split(bands.count) { range in
            for band in range {
                var encoder = start[band]
                coder.encode(
                    prior, posterior: posterior, rows: bands.rows(of: band, height: prior.height), rounding: rounding,
                    latents: latents, into: &encoder)
                results.set(band, encoder)
            }
        }
        encoders = (0..<bands.count).map { results[$0] }
        return latents
    }

    func finish() -> LevelStreams {
        LevelStreams(bands: bands, streams: encoders.map { $0.finish()[...] })
    }
}

extension BlockCoder {
    fileprivate func encode(
        _ prior: Feature, posterior: Feature, rows: Range<Int>, rounding: RateAwareRounding, latents: Feature,
        into encoder: inout RangeEncoder
    ) {
        var coder = vectors
        let zeros = AdaptiveZeros(channels: latents.channels, width: prior.width)
        for row in rows {
            beginRow(row, in: zeros)
            let (parameters, wanted) = unsafe (UnsafeBufferPointer(prior.row(row)), UnsafeBufferPointer(posterior.row(row)))
            let target = unsafe latents.row(row)
            for x in 0..<phase.count(row: row, width: width) {
                var position = unsafe target.position(x, of: latents.channels).mutableSpan
                zeros.beginPosition(x)
                coder.encode(
                    unsafe parameters.position(x, of: prior.channels).span,
                    posterior: unsafe wanted.position(x, of: posterior.channels).span,
                    rounding: rounding, zeros: zeros, latents: &position, into: &encoder)
            }
        }
    }
}
