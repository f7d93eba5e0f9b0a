package import BitstreamFormat
package import EntropyModels
package import IntegerKernels
package import LatentCoding
package import LatentModels
package import Media

/// A picture as planes and levels of tiles, ready for the container: the inverse of `ImageStreamDecoder`.
package struct ImageStreamEncoder: Sendable {
    private let engine: IntegerEngine

    package init(engine: IntegerEngine) {
        self.engine = engine
    }

    /// The colour of a picture as planes, without loss.
    package func colorPlanes(of image: ImageBuffer) -> [PlanePayload] {
        (0..<image.format.channels.colorCount).map { LosslessPlanes.encode($0, of: image, watch: engine.watch) }
    }

    /// The alpha plane; nil where there is none.
    package func alphaPlane(of image: ImageBuffer) -> PlanePayload? {
        image.format.channels.hasAlpha ? LosslessPlanes.encodeAlpha(of: image, engine: engine) : nil
    }

    /// The colour of a picture, coded sample by sample.
    ///
    /// - Parameters:
    ///   - step: odd; samples are off by at most (step − 1)/2 in steps of 8 bits.
    ///   - copies: whether pixels may take over a colour whole: for drawn pictures (SPEC §14.9).
    package func samples(of image: ImageBuffer, step: Int, copies: Bool) -> SamplesPayload {
        ColorSamples.encode(image, step: step, copies: copies, engine: engine)
    }

    /// The colour of a picture, coded with a model.
    ///
    /// - Parameters:
    ///   - source: makes the posterior of a tile from its samples: `[height][width][3]`, `64 · sample − 7 344` with the
    ///     sample in 8-bit steps, sides divisible by 64.
    ///   - refiner: improves the symbols of a tile, given the same samples; nil where nothing does.
    ///   - progress: called with the part that is done, 0 … 1.
    /// - Returns: levels in file order: coarsest first, tiles in raster order within a level.
    package func levels(
        of image: ImageBuffer, model: HierarchicalVAE, quality: QualityPoint, rounding: RateAwareRounding,
        source: (Feature) -> some LatentSource, refiner: (Feature, Tile) -> (any LatentRefiner)? = { _, _ in nil },
        progress: ((Double) -> Void)?
    ) -> [LevelPayload] {
        let grid = TileGrid(width: image.width, height: image.height)
        let encoder = HierarchyEncoder(model: model, quality: quality, rounding: rounding, engine: engine)
        var payloads: [LevelPayload] = []
        for index in 0..<grid.count {
            let tile = grid[index]
            let latentGrid = LatentGrid(tileWidth: tile.width, tileHeight: tile.height)
            let samples = Self.samples(of: tile, in: image)
            let coded = encoder.encode(latentGrid, source: source(samples), refiner: refiner(samples, tile))
            for (level, streams) in coded.levels.enumerated() {
                payloads.append(LevelPayload(tile: index, level: level, bands: streams.streams))
            }
            progress?(Double(index + 1) / Double(grid.count))
            guard engine.watch.goesOn else { break }
        }
        return payloads.sorted { ($1.level, $0.tile) < ($0.level, $1.tile) }
    }

    /// A tile's samples for analysis; beyond the tile its last column and row are repeated.
    static func samples(of tile: Tile, in image: ImageBuffer) -> Feature {
        let grid = LatentGrid(tileWidth: tile.width, tileHeight: tile.height)
        let result = Feature(height: grid.height * 8, width: grid.width * 8, channels: 3)
        let (channels, depth) = (image.format.channels.count, image.format.bitDepth)
        let colors = image.format.channels.colorCount
        let black = SampleConversion.analysisOffset
        for y in 0..<result.height {
            let row = unsafe result.row(y)
            let start = (tile.y + min(y, tile.height - 1)) * image.width + tile.x
            for x in 0..<result.width {
                let pixel = (start + min(x, tile.width - 1)) * channels
                for c in 0..<3 {
                    let value = SampleConversion.value(of: image.samples[pixel + (colors == 3 ? c : 0)], depth: depth)
                    unsafe row[x * 3 + c] = Int16(truncatingIfNeeded: value - black)
                }
            }
        }
        return result
    }
}
