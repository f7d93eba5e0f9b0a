internal import EntropyCoding
internal import EntropyModels
package import IntegerKernels
package import LatentModels

/// Decodes one tile: symbols of every level, coarse to fine, each refining the feature that predicts the next (SPEC §9).
package struct HierarchyDecoder: Sendable {
    private let qualified: QualifiedModel

    package init(model: HierarchicalVAE, quality: QualityPoint, engine: IntegerEngine) {
        qualified = QualifiedModel(model: model, quality: quality, engine: engine)
    }

    /// Decodes a tile from its levels' payloads.
    ///
    /// - Parameters:
    ///   - grid: the tile's latent grid.
    ///   - levels: `[4]`, fine to coarse; nil where a level is absent, and then at all finer ones.
    ///   - window: the samples that are wanted; nil for all. Symbols are decoded all the same; the last blocks, which are half
    ///     of the work, look only at what the window needs.
    /// - Returns: R, G, B in 1/64 of an 8-bit step, `[window.rows][window.columns][3]` or
    ///   `[8·grid.height][8·grid.width][3]`, and the streams' last states.
    package func decode(
        _ grid: LatentGrid, levels: [LevelStreams?], window: SampleWindow? = nil
    ) throws(ExcessTooLong) -> (values: Feature, witnesses: [StreamWitness]) {
        var y = qualified.start(on: grid)
        var witnesses: [StreamWitness] = []
        for level in (0..<VAEConfiguration.levels).reversed() {
            var streams = levels[level].map { LevelDecoder($0) }
            for block in qualified.model.levels[level].blocks {
                y = qualified.apply(block.front, to: y)
                let active = y.gathered(block.phase)
                let prior = qualified.engine.pointwise(block.prior, active)
                let latents = try decodeLatents(block, prior: prior, width: y.width, level: level, from: &streams)
                qualified.engine.add(block.fuse, latents, to: active)
                y.scatter(active, block.phase)
                guard qualified.engine.watch.goesOn else { return (grid.noSamples, witnesses) }
            }
            witnesses += streams?.witnesses(level: level) ?? []
            y = qualified.ascend(y, from: level)
        }
        return (window.map { qualified.synthesise(y, $0) } ?? qualified.synthesise(y), witnesses)
    }

    private func decodeLatents(
        _ block: LatentBlock, prior: Feature, width: Int, level: Int, from streams: inout LevelDecoder?
    ) throws(ExcessTooLong) -> Feature {
        let latents = Feature(height: prior.height, width: prior.width, channels: block.shape.channels)
        let coder = qualified.coder(of: block, width: width)
        if streams == nil {
            qualified.engine.split(prior.height) { rows in coder.predict(prior, rows: rows, latents: latents) }
        } else {
            try streams!.decode(coder, prior: prior, latents: latents, level: level, engine: qualified.engine)
        }
        return latents
    }
}

extension LatentGrid {
    /// For a tile that nobody wants any more.
    fileprivate var noSamples: Feature { Feature(height: 8 * height, width: 8 * width, repeating: [0, 0, 0]) }
}

/// A stream holds an escape longer than any encoder writes; `level` and `band` say which.
package struct ExcessTooLong: Error, Hashable, Sendable {
    package let level: Int
    package let band: Int
}

/// The state in which a range decoder was left: equal in every decoder that read the stream rightly.
package struct StreamWitness: Sendable, Hashable {
    package let level: Int
    package let band: Int
    package let range: UInt64
    package let code: UInt64
}

/// The range decoders of a level's bands; each runs through all latent blocks of the level.
private struct LevelDecoder {
    private let bands: BandedRows
    private var decoders: [RangeDecoder]

    init(_ streams: LevelStreams) {
        bands = streams.bands
        decoders = streams.streams.map { RangeDecoder($0) }
    }

    mutating func decode(
        _ coder: BlockCoder, prior: Feature, latents: Feature, level: Int, engine: IntegerEngine
    ) throws(ExcessTooLong) {
        let results = ConcurrentResults<(RangeDecoder, Bool)>(count: bands.count)
        let (start, bands) = (decoders, bands)
        engine.split(bands.count) { range in
            for band in range {
                var decoder = start[band]
                let rows = bands.rows(of: band, height: prior.height)
                let isSound = coder.decode(prior, rows: rows, latents: latents, from: &decoder)
                results.set(band, (decoder, isSound))
            }
        }
        for band in 0..<bands.count {
            let (decoder, isSound) = results[band]
            guard isSound else { throw ExcessTooLong(level: level, band: band) }
            decoders[band] = decoder
        }
    }

    func witnesses(level: Int) -> [StreamWitness] {
        decoders.enumerated().map { StreamWitness(level: level, band: $0, range: $1.range, code: $1.code) }
    }
}

extension BlockCoder {
    fileprivate func predict(_ prior: Feature, rows: Range<Int>, latents: Feature) {
        var coder = vectors
        for row in rows {
            let (parameters, target) = unsafe (UnsafeBufferPointer(prior.row(row)), latents.row(row))
            for x in 0..<phase.count(row: row, width: width) {
                var position = unsafe target.position(x, of: latents.channels).mutableSpan
                coder.predict(unsafe parameters.position(x, of: prior.channels).span, latents: &position)
            }
        }
    }

    /// Returns whether every escape was sound.
    fileprivate func decode(
        _ prior: Feature, rows: Range<Int>, latents: Feature, from decoder: inout RangeDecoder
    ) -> Bool {
        var coder = vectors
        let zeros = AdaptiveZeros(channels: latents.channels, width: prior.width)
        for row in rows {
            beginRow(row, in: zeros)
            let (parameters, target) = unsafe (UnsafeBufferPointer(prior.row(row)), latents.row(row))
            for x in 0..<phase.count(row: row, width: width) {
                var position = unsafe target.position(x, of: latents.channels).mutableSpan
                zeros.beginPosition(x)
                do {
                    try coder.decode(
                        unsafe parameters.position(x, of: prior.channels).span, zeros: zeros, latents: &position,
                        from: &decoder)
                } catch { return false }
            }
        }
        return true
    }
}
