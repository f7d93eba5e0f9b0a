import EntropyModels
import Foundation
import IntegerKernels
@testable import LatentRefinement
import LatentModels

/// Gradients that PyTorch found for a small model (Tools/train/refinement_fixture.py).
struct GradientFixture: Decodable {
    let model: Data
    let quality: Int
    let height: Int
    let width: Int
    /// `[height][width][channels]`
    let feature: [Int16]
    /// `[8·height][8·width][3]`, in 1/64 of an 8-bit step.
    let picture: [Int16]
    /// Of each latent block, `[height][width / 2][Z]`, in 1/64.
    let symbols: [[Int16]]
    /// Of each latent block, bits per step.
    let gradients: [[Double]]
    /// Bits, with the distortion's.
    let loss: Double

    static let stored: GradientFixture = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        return try! JSONDecoder().decode(Self.self, from: Data(contentsOf: folder.appending(path: "../Fixtures/refinement.json")))
    }()

    /// λ of the quality point, in bits per squared 8-bit step.
    static func price(quality: Int) -> Double { 16 * pow(1024, Double(quality) / 63) / (log(2) * 255 * 255) }

    /// A walk that stands at the fixture's symbols.
    func walk(_ engine: IntegerEngine) throws -> (walk: LevelWalk, ports: GradientPorts) {
        let layers = LevelLayers(try ModelFile(Array(model)).decoder, at: QualityPoint(quality), engine: engine)
        let samples = Feature(
            height: 8 * height, width: 8 * width, channels: 3, values: picture.map { $0 - 7344 })
        let walk = LevelWalk(
            layers, from: Feature(height: height, width: width, channels: layers.channels, values: feature),
            curvatures: layers.latents.map { _ in 1 },
            distortion: PictureDistortion(samples: samples, width: 8 * width, height: 8 * height, engine: engine),
            engine: engine)
        for (state, symbols) in zip(walk.latents, symbols) { state.setSixtyFourths(symbols) }
        walk.forward()
        return (walk, GradientPorts(layers, differences: walk.error, price: Self.price(quality: quality), engine: engine))
    }
}

extension ProximalStep {
    /// Moves nothing, and keeps nothing of the gradient before.
    static let none = ProximalStep(momentum: 0, rate: 0, penalty: 0)
}

extension LatentState {
    private var vectors: Int { layers.shape.groups * prior.width }

    func setSixtyFourths(_ values: [Int16]) {
        let group = layers.shape.group
        for y in 0..<prior.height {
            let row = unsafe symbols.row(y)
            for n in 0..<vectors {
                for i in 0..<group { unsafe row[n][i] = Float(values[(y * vectors + n) * group + i]) / 64 }
            }
        }
    }

    /// The gradient of the last walk back, `[height][gathered width][Z]`.
    var gradient: [Double] { Self.flat(momenta, rows: prior.height, vectors: vectors, group: layers.shape.group) }

    /// `[height][gathered width][Z]`
    var values: [Double] { Self.flat(symbols, rows: prior.height, vectors: vectors, group: layers.shape.group) }

    private static func flat(_ field: VectorField, rows: Int, vectors: Int, group: Int) -> [Double] {
        (0..<rows).flatMap { y in
            (0..<vectors).flatMap { n in (0..<group).map { unsafe Double(field.row(y)[n][$0]) } }
        }
    }
}

/// How far `found` is from `expected`, relative to `expected`, in the root of the mean square.
func relativeError(_ found: [Double], _ expected: [Double]) -> Double {
    var (difference, size) = (0.0, 0.0)
    for (a, b) in zip(found, expected) { (difference, size) = (difference + (a - b) * (a - b), size + b * b) }
    return found.count == expected.count ? (difference / size).squareRoot() : .infinity
}
