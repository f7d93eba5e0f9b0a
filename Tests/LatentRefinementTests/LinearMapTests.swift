import IntegerKernels
@testable import LatentRefinement
import LatentModels
import TestSupport
import Testing

@Suite struct LinearMapTests {
    private func weights(_ random: inout SeededGenerator, inputs: Int, outputs: Int) -> PointwiseWeights {
        PointwiseWeights(
            inputs: inputs, outputs: outputs, weights: (0..<inputs * outputs).map { _ in .random(in: -400...400, using: &random) },
            biases: (0..<outputs).map { _ in .random(in: -90_000...90_000, using: &random) },
            multipliers: (0..<outputs).map { _ in .random(in: 1 << 28 ... 1 << 30, using: &random) },
            shift: .random(in: 36...42, using: &random))
    }

    /// The integer product of gradients is the real one to about a thousandth.
    @Test(arguments: [(1, 1), (16, 51), (128, 256), (256, 128), (204, 128), (32, 128)])
    func transposedProductsAreThoseOfRealNumbers(shape: (inputs: Int, outputs: Int)) {
        var random = SeededGenerator(seed: UInt64(shape.inputs))
        let w = weights(&random, inputs: shape.inputs, outputs: shape.outputs)
        var map = LinearMap(transposing: w)
        let exponent = map.levellingExponent
        map.scaleOutputs { _ in LinearMap.powerOfTwo(exponent) }
        let g = (0..<3 * shape.outputs).map { _ in Int16.random(in: -2000...2000, using: &random) }
        let x = Feature(height: 1, width: 3, channels: shape.outputs, values: g)
        let found = IntegerEngine(threads: 1).pointwise(map.packed, x)
        let expected = (0..<3).flatMap { p in
            (0..<shape.inputs).map { k in
                (0..<shape.outputs).reduce(0.0) { sum, n in
                    let scale = Double(w.multipliers[n]) * LinearMap.powerOfTwo(exponent - w.shift)
                    return sum + Double(w.weights[n * shape.inputs + k]) * scale * Double(g[p * shape.outputs + n])
                }
            }
        }
        #expect(relativeError(found.values.map(Double.init), expected) < 2e-3)
    }

    @Test func rowsNeverOverflow() {
        var random = SeededGenerator(seed: 7)
        for magnitude in [1e-9, 1, 1e9] {
            var map = LinearMap(transposing: weights(&random, inputs: 40, outputs: 700))
            map.scaleInputs { $0 % 7 == 0 ? 3000 : 0 }
            map.scaleOutputs { $0 == 3 ? 0 : magnitude }
            let packed = map.packed.original
            for n in 0..<40 {
                let sum = packed.weights[n * 700..<(n + 1) * 700].reduce(0) { $0 + Int($1.magnitude) }
                #expect(sum * 32768 < 1 << 31 && (sum > 30_000) == (n != 3))
            }
        }
    }

    /// A block's gradient against the chain rule in double precision.
    @Test(arguments: [3, 20, 50])
    func gradientsOfABlockFollowTheChainRule(quality: Int) throws {
        let model = try ModelFile(Array(GradientFixture.stored.model)).decoder
        let block = model.tail[0], channels = model.configuration.channels[0], expanded = block.expand.outputs
        var random = SeededGenerator(seed: UInt64(quality))
        let (height, width) = (6, 7)
        func feature(_ channels: Int, _ reach: Int16) -> Feature {
            Feature(
                height: height, width: width, channels: channels,
                values: (0..<height * width * channels).map { _ in .random(in: -reach...reach, using: &random) })
        }
        let layers = ResidualLayers(block, at: QualityPoint(quality)), kernels = KernelImplementation.best
        let x = feature(channels, 3000), g = feature(channels, 900)
        let (y, kept, h) = (feature(channels, 1), feature(expanded, 1), feature(channels, 1))
        layers.forward(x, rows: 0..<height, into: y, keeping: kept, with: kernels)
        #expect(y.values == IntegerEngine(threads: 1).block(
            block.depthwise, block.modulation(at: QualityPoint(quality)), expand: block.expand, project: block.project, x).values)
        let given = g.values.map(Double.init)
        layers.gradient(g, kept: kept, rows: 0..<height, into: h, with: kernels)
        layers.addGradient(h, rows: 0..<height, to: g, with: kernels)

        func transposed(_ w: PackedPointwise, _ g: [Double]) -> [Double] {
            let map = LinearMap(transposing: w.original)
            return (0..<height * width).flatMap { p in
                (0..<w.inputs).map { k in
                    (0..<w.outputs).reduce(0.0) { $0 + map.coefficients[k * w.outputs + $1] * g[p * w.outputs + $1] }
                }
            }
        }
        let gated = zip(transposed(block.project, given), kept.values).map { $1 < 0 ? $0 / 8 : $0 }
        let inner = transposed(block.expand, gated)
        let modulation = block.modulation(at: QualityPoint(quality)), d = block.depthwise
        var expected = given
        for (row, column) in (0..<height).flatMap({ row in (0..<width).map { (row, $0) } }) {
            for u in 0..<d.kernel {
                for v in 0..<d.kernel {
                    // Forward, the tap looks from (row, column) to there.
                    let (r, s) = (row + u - d.kernel / 2, column + v - d.kernel / 2)
                    guard (0..<height).contains(r), (0..<width).contains(s) else { continue }
                    for c in 0..<channels {
                        let scale = Double(modulation.multipliers[c]) * LinearMap.powerOfTwo(-modulation.shift)
                        let tap = Double(d.taps[(u * d.kernel + v) * channels + c])
                        expected[(r * width + s) * channels + c] += tap * scale * inner[(row * width + column) * channels + c]
                    }
                }
            }
        }
        let change = zip(expected, given).map { $0 - $1 }
        #expect(relativeError(zip(g.values, given).map { Double($0) - $1 }, change) < 0.02)
    }
}
