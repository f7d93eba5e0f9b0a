import EntropyModels
import IntegerKernels
import LatentCoding
import LatentModels
import TestSupport
import Testing

@Suite struct HierarchyTests {
    private let model = DefaultModel.file.decoder

    private func encoder(
        _ tile: Tile, threads: Int = 2, implementation: KernelImplementation = .best, rounding: RateAwareRounding = .nearest
    ) -> HierarchyEncoder {
        HierarchyEncoder(
            model: model, quality: QualityPoint(tile.quality), rounding: rounding,
            engine: IntegerEngine(implementation: implementation, threads: threads))
    }

    private func decoder(
        _ tile: Tile, threads: Int = 2, implementation: KernelImplementation = .best
    ) -> HierarchyDecoder {
        HierarchyDecoder(
            model: model, quality: QualityPoint(tile.quality),
            engine: IntegerEngine(implementation: implementation, threads: threads))
    }

    private func coded(_ tile: Tile, threads: Int = 2) -> HierarchyEncoder.Result {
        encoder(tile, threads: threads).encode(tile.grid, source: RandomSource(model: model, seed: tile.seed))
    }

    private func streams(_ result: HierarchyEncoder.Result) -> [[[UInt8]]] {
        result.levels.map { $0.streams.map(Array.init) }
    }

    @Test(arguments: Tile.all, [RateAwareRounding.nearest, RateAwareRounding(errorPriceQ8: 16_000)])
    func decoderShowsTheReconstructionOfTheEncoder(tile: Tile, rounding: RateAwareRounding) throws {
        let encoder = encoder(tile, rounding: rounding)
        let result = encoder.encode(tile.grid, source: RandomSource(model: model, seed: tile.seed))
        let decoded = try decoder(tile).decode(tile.grid, levels: result.levels).values
        #expect(decoded.height == 8 * tile.grid.height && decoded.width == 8 * tile.grid.width && decoded.channels == 3)
        #expect(decoded.values == encoder.reconstruction(of: result).values)
    }

    @Test(arguments: Tile.all)
    func threadCountDoesNotChangeTheBytes(tile: Tile) {
        let expected = streams(coded(tile, threads: 1))
        for threads in [2, 3, 8] { #expect(streams(coded(tile, threads: threads)) == expected) }
    }

    @Test(arguments: Tile.all)
    func threadCountDoesNotChangeTheValues(tile: Tile) throws {
        let levels = coded(tile).levels
        let expected = try decoder(tile, threads: 1).decode(tile.grid, levels: levels)
        for threads in [2, 3, 8] {
            let decoded = try decoder(tile, threads: threads).decode(tile.grid, levels: levels)
            #expect(decoded.values.values == expected.values.values)
            #expect(decoded.witnesses == expected.witnesses)
        }
    }

    @Test(arguments: Tile.all.prefix(4), KernelImplementation.available)
    func everyKernelDecodesTheSame(tile: Tile, implementation: KernelImplementation) throws {
        let levels = coded(tile).levels
        let expected = try decoder(tile).decode(tile.grid, levels: levels)
        let decoded = try decoder(tile, implementation: implementation).decode(tile.grid, levels: levels)
        #expect(decoded.values.values == expected.values.values)
        #expect(decoded.witnesses == expected.witnesses)
    }

    /// Any prefix is a picture: the decoder of a prefix leaves its range coders where the decoder of the whole does.
    @Test(arguments: Tile.all, 0...4)
    func aPrefixOfTheLevelsDecodes(tile: Tile, count: Int) throws {
        let levels = coded(tile).levels
        let whole = try decoder(tile).decode(tile.grid, levels: levels)
        let prefix = levels.enumerated().map { $0 >= 4 - count ? $1 : nil }
        let decoded = try decoder(tile).decode(tile.grid, levels: prefix)
        #expect(decoded.witnesses == whole.witnesses.filter { $0.level >= 4 - count })
        #expect(decoded.values.values.count == whole.values.values.count)
        #expect((decoded.values.values == whole.values.values) == (count == 4))
    }

    @Test func bandsOfALevelFollowItsSize() {
        for tile in Tile.all {
            for (level, streams) in coded(tile).levels.enumerated() {
                let positions = tile.grid.height(level: level) * tile.grid.width(level: level)
                #expect(streams.bands == BandedRows.standard(positions: positions))
                #expect(streams.streams.count == streams.bands.count)
            }
        }
    }

    @Test(arguments: 0..<40)
    func anyBytesDecodeToValuesOrAnError(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let tile = Tile(width: 64, height: 64, quality: seed, seed: 0)
        let levels = (0..<4).map { _ in
            let bands = BandedRows(logCount: Int.random(in: 0...3, using: &generator))
            let streams = (0..<bands.count).map { _ in
                (0..<Int.random(in: 0...60, using: &generator)).map { _ -> UInt8 in
                    seed % 4 == 0 ? 255 : .random(in: 0...255, using: &generator)
                }[...]
            }
            return LevelStreams(bands: bands, streams: streams)
        }
        do {
            let decoded = try decoder(tile, threads: 1).decode(tile.grid, levels: levels)
            #expect(decoded.values.height == 64)
        } catch {
            #expect((0...3).contains(error.level) && error.band < levels[error.level].bands.count)
        }
    }
}

@Suite struct BandedRowsTests {
    @Test(arguments: 0...3, [1, 2, 3, 7, 8, 9, 31, 64, 65])
    func bandsCoverEveryRowOnce(logCount: Int, height: Int) {
        let bands = BandedRows(logCount: logCount)
        let rows = (0..<bands.count).flatMap { Array(bands.rows(of: $0, height: height)) }
        #expect(rows == Array(0..<height))
    }
}
