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

    /// Ends early, with a tile that is of no use, where the engine's watch says that it is wanted no more.
    ///
    /// - Parameter refiner: what improves level 0 before it is coded.
    package func encode(
        _ grid: LatentGrid, source: some LatentSource, refiner: (any LatentRefiner)? = nil
    ) -> Result {
        var y = qualified.start(on: grid)
        var levels: [LevelStreams] = []
        for level in (0..<VAEConfiguration.levels).reversed() {
            let positions = grid.height(level: level) * grid.width(level: level)
            var streams = LevelEncoder(bands: .standard(positions: positions))
            let refined = level == 0 ? refiner?.refined(from: y) { symbols(ofBlock: $0, at: $1, prior: $2, source: source) } : nil
            for (i, block) in qualified.model.levels[level].blocks.enumerated() {
                guard qualified.engine.watch.goesOn else { break }
                y = qualified.apply(block.front, to: y)
                let active = y.gathered(block.phase)
                let prior = qualified.engine.pointwise(block.prior, active)
                let wanted = refined.map { .symbols($0[i]) }
                    ?? WantedLatents.posterior(source.posterior(level: level, block: i, feature: y), rounding)
                let latents = streams.encode(
                    qualified.coder(of: block, width: y.width), prior: prior, wanted: wanted, engine: qualified.engine)
                qualified.engine.add(block.fuse, latents, to: active)
                y.scatter(active, block.phase)
            }
            levels.append(streams.finish())
            y = qualified.ascend(y, from: level)
        }
        return Result(levels: levels.reversed(), feature: y)
    }

    /// The symbols of a latent block of level 0, gathered, as they would be coded.
    private func symbols(ofBlock i: Int, at y: Feature, prior: Feature, source: some LatentSource) -> Feature {
        let posterior = source.posterior(level: 0, block: i, feature: y)
        let coder = qualified.coder(of: qualified.model.levels[0].blocks[i], width: y.width)
        let symbols = Feature(like: posterior)
        qualified.engine.split(prior.height) { rows in
            coder.quantise(prior, posterior: posterior, rows: rows, rounding: rounding, symbols: symbols)
        }
        return symbols
    }

    /// What a decoder will show: R, G, B in 1/64 of an 8-bit step.
    package func reconstruction(of result: Result) -> Feature {
        qualified.synthesise(result.feature)
    }
}

/// What an encoder wants of a latent block.
private enum WantedLatents: Sendable {
    /// Latents in the unit of the means, and how they become symbols.
    case posterior(Feature, RateAwareRounding)
    case symbols(Feature)
}

extension Feature {
    /// Of the same size, with zeros.
    fileprivate convenience init(like other: Feature) {
        self.init(height: other.height, width: other.width, repeating: Array(repeating: 0, count: other.channels))
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
        _ coder: BlockCoder, prior: Feature, wanted: WantedLatents, engine: IntegerEngine
    ) -> Feature {
        let latents = Feature(height: prior.height, width: prior.width, channels: coder.channels)
        let results = ConcurrentResults<RangeEncoder>(count: bands.count)
        let (start, bands) = (encoders, bands)
        engine.split(bands.count) { range in
            for band in range {
                var encoder = start[band]
                coder.encode(
                    prior, wanted: wanted, rows: bands.rows(of: band, height: prior.height), latents: latents,
                    into: &encoder)
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
        _ prior: Feature, wanted: WantedLatents, rows: Range<Int>, latents: Feature, into encoder: inout RangeEncoder
    ) {
        var coder = vectors
        let zeros = AdaptiveZeros(channels: latents.channels, width: prior.width)
        for row in rows {
            beginRow(row, in: zeros)
            let (parameters, target) = unsafe (UnsafeBufferPointer(prior.row(row)), latents.row(row))
            for x in 0..<phase.count(row: row, width: width) {
                let parameters = unsafe parameters.position(x, of: prior.channels)
                var position = unsafe target.position(x, of: latents.channels).mutableSpan
                zeros.beginPosition(x)
                switch wanted {
                case .posterior(let posterior, let rounding):
                    let wanted = unsafe UnsafeBufferPointer(posterior.row(row)).position(x, of: latents.channels)
                    coder.encode(
                        unsafe parameters.span, posterior: unsafe wanted.span, rounding: rounding, zeros: zeros,
                        latents: &position, into: &encoder)
                case .symbols(let symbols):
                    let wanted = unsafe UnsafeBufferPointer(symbols.row(row)).position(x, of: latents.channels)
                    coder.encode(
                        unsafe parameters.span, symbols: unsafe wanted.span, zeros: zeros, latents: &position, into: &encoder)
                }
            }
        }
    }

    fileprivate func quantise(
        _ prior: Feature, posterior: Feature, rows: Range<Int>, rounding: RateAwareRounding, symbols: Feature
    ) {
        var coder = vectors
        for row in rows {
            let (parameters, wanted) = unsafe (UnsafeBufferPointer(prior.row(row)), UnsafeBufferPointer(posterior.row(row)))
            let chosen = unsafe symbols.row(row)
            for x in 0..<phase.count(row: row, width: width) {
                var symbols = unsafe chosen.position(x, of: symbols.channels).mutableSpan
                coder.quantise(
                    unsafe parameters.position(x, of: prior.channels).span,
                    posterior: unsafe wanted.position(x, of: posterior.channels).span, rounding: rounding, symbols: &symbols)
            }
        }
    }
}
