import Analysis
import EntropyModels
import Foundation
import IntegerKernels
import LatentCoding
import LatentModels
@testable import LatentRefinement
import Media
import TestSupport
import Testing
import VCodec

private let model: ModelFile = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    return try! ModelFile(Array(Data(contentsOf: folder.appending(path: "../../Models/default.vcm"))))
}()

/// A tile with edges, slopes and texture.
private struct Scene {
    let width: Int
    let height: Int
    let samples: Feature
    var grid: LatentGrid { LatentGrid(tileWidth: width, tileHeight: height) }

    init(width: Int, height: Int, seed: UInt64) {
        (self.width, self.height) = (width, height)
        let grid = LatentGrid(tileWidth: width, tileHeight: height)
        samples = Feature(height: 8 * grid.height, width: 8 * grid.width, channels: 3)
        var random = SeededGenerator(seed: seed)
        for y in 0..<samples.height {
            for x in 0..<samples.width {
                let (column, row) = (min(x, width - 1), min(y, height - 1))
                let texture = Int.random(in: -12...12, using: &random) * ((column / 40 + row / 24) % 3)
                let base = (column * 2 + row) % 200 / 2 + (column / 37 + row / 29) % 2 * 70 + 20
                for c in 0..<3 { samples[y, x, c] = Int16(64 * max(0, min(255, base + texture + 9 * c)) - 7344) }
            }
        }
    }

    /// Bytes of all levels, and the squared error of the tile's own samples in 8-bit steps.
    func coded(
        quality: Int, iterations: Int, loss: RefinementLoss = .squaredError, engine: IntegerEngine = IntegerEngine(threads: 2)
    ) -> (levels: [LevelStreams], shown: Feature, error: Double) {
        let point = QualityPoint(quality)
        let refiner = LevelRefinement(
            model: model.decoder, quality: point, plan: RefinementPlan(iterations: iterations),
            price: LevelRefinement.errorPrice(atPoint: Double(quality)), loss: loss, samples: samples, width: width,
            height: height, engine: engine)!
        let encoder = HierarchyEncoder(model: model.decoder, quality: point, rounding: .nearest, engine: engine)
        let source = ImageAnalysis(of: samples, network: model.analysis, quality: point, engine: engine)
        let result = encoder.encode(grid, source: source, refiner: iterations > 0 ? refiner : nil)
        let shown = encoder.reconstruction(of: result)
        var error = 0.0
        for y in 0..<height {
            for x in 0..<width {
                for c in 0..<3 {
                    let difference = Double(min(max(shown[y, x, c], 0), 16320)) - Double(samples[y, x, c] + 7344)
                    error += difference * difference / 4096
                }
            }
        }
        return (result.levels, shown, error)
    }
}

extension [LevelStreams] {
    fileprivate var bytes: [[UInt8]] { flatMap { $0.streams.map { [UInt8]($0) } } }
    fileprivate var bits: Double { 8 * Double(bytes.reduce(0) { $0 + $1.count }) }
}

@Suite struct RefinementTests {
    /// By 2 % of the rate and more, though the scene is nothing that the model was trained for.
    @Test(arguments: [4, 25, 45])
    func refinementLowersRateAndDistortion(quality: Int) throws {
        let scene = Scene(width: 200, height: 120, seed: 1), price = GradientFixture.price(quality: quality)
        let plain = scene.coded(quality: quality, iterations: 0), refined = scene.coded(quality: quality, iterations: 25)
        let (before, after) = (plain.levels.bits + price * plain.error, refined.levels.bits + price * refined.error)
        #expect(after < before - 0.02 * plain.levels.bits)
        // The coarse levels are as they were.
        #expect(refined.levels.dropFirst().map { $0.streams } == plain.levels.dropFirst().map { $0.streams })
    }

    @Test(arguments: [(65, 64, 0), (130, 70, 30), (1, 1, 63)])
    func decodersSeeWhatTheEncoderSees(shape: (width: Int, height: Int, quality: Int)) throws {
        let scene = Scene(width: shape.width, height: shape.height, seed: 2)
        let refined = scene.coded(quality: shape.quality, iterations: 6)
        let decoder = HierarchyDecoder(
            model: model.decoder, quality: QualityPoint(shape.quality), engine: IntegerEngine(threads: 1))
        #expect(try decoder.decode(scene.grid, levels: refined.levels).values.values == refined.shown.values)
    }

    @Test(arguments: [RefinementLoss.squaredError, .similarity(atPoint: 33)])
    func threadsAndKernelsDoNotChangeTheBytes(loss: RefinementLoss) {
        let scene = Scene(width: 100, height: 90, seed: 3)
        let expected = scene.coded(quality: 33, iterations: 4, loss: loss).levels.bytes
        for implementation in KernelImplementation.available {
            for threads in [1, 3] {
                let engine = IntegerEngine(implementation: implementation, threads: threads)
                #expect(scene.coded(quality: 33, iterations: 4, loss: loss, engine: engine).levels.bytes == expected)
            }
        }
    }

    /// What is beyond the picture is nobody's loss.
    @Test func samplesBeyondThePictureDoNotCount() {
        let scene = Scene(width: 70, height: 40, seed: 4)
        let distortion = PictureDistortion(samples: scene.samples, width: 70, height: 40, engine: IntegerEngine(threads: 1))
        let values = Feature(height: 8, width: 16, repeating: Array(repeating: 20_000, count: 192))
        distortion.subtract(from: values, rows: 0..<8)
        let differences = values.depthToSpace(by: 8)
        for (y, x) in [(0, 0), (39, 69), (40, 0), (0, 70), (63, 127)] {
            let expected = y < 40 && x < 70 ? 16320 - (scene.samples[y, x, 1] + 7344) : 0
            #expect(differences[y, x, 1] == expected)
        }
    }

    @Test(arguments: [PixelFormat(.rgb, .eight), PixelFormat(.greyAlpha, .sixteen)])
    func refinedFilesDecode(format: PixelFormat) throws {
        var random = SeededGenerator(seed: 5)
        let samples = (0..<90 * 70 * format.channels.count).map { i in
            UInt16(truncatingIfNeeded: (i / 40 * 7 % 256 + Int.random(in: 0...20, using: &random)) % 256)
        }
        let image = ImageBuffer(width: 90, height: 70, format: format, samples: samples)
        var options = EncodingOptions()
        options.target = .quality(40)
        options.effort = Effort(0)
        let plain = try ImageEncoder(options: options).encode(image).bytes
        options.effort = Effort(4)
        let refined = try ImageEncoder(options: options).encode(image).bytes
        #expect(refined != plain)
        let decoded = try ImageDecoder().decode(refined).image
        #expect(decoded.width == 90 && decoded.height == 70 && decoded.format == format)
    }
}
