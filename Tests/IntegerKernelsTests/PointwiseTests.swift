@testable import IntegerKernels
import Testing

@Suite struct PointwiseTests {
    static let shapes = [(1, 1), (3, 17), (2, 16), (16, 51), (51, 64), (64, 306), (96, 192), (128, 33), (256, 48), (517, 20)]

    @Test(arguments: Magnitude.allCases, shapes.indices)
    func referenceEqualsSpecification(magnitude: Magnitude, shape: Int) {
        var random = SeededGenerator(seed: shape)
        let (inputs, outputs) = Self.shapes[shape]
        let w = random.pointwise(inputs, outputs, magnitude)
        let x = random.feature(2, 3, inputs, magnitude)
        let y = IntegerEngine(implementation: .reference, threads: 1).pointwise(w, x)
        #expect(y.values == Specification.pointwise(w.original, x).values)
    }

    @Test(arguments: KernelImplementation.available.dropFirst(), Magnitude.allCases)
    func everyKernelEqualsTheReference(implementation: KernelImplementation, magnitude: Magnitude) {
        for seed in 0..<40 {
            var random = SeededGenerator(seed: seed)
            let (inputs, outputs) = seed < Self.shapes.count
                ? Self.shapes[seed] : (Int.random(in: 1...80, using: &random), Int.random(in: 1...100, using: &random))
            let w = random.pointwise(inputs, outputs, magnitude)
            let x = random.feature(.random(in: 1...3, using: &random), .random(in: 1...33, using: &random), inputs, magnitude)
            let y = random.feature(x.height, x.width, outputs, magnitude)
            for output in [PointwiseOutput.plain, .leaky, .residual, .gated] {
                let result = run(implementation, w, output, x, residual: y)
                let expected = run(.reference, w, output, x, residual: y)
                #expect(result == expected, "seed \(seed), \(inputs) → \(outputs), \(output)")
            }
        }
    }

    /// Accumulators of exactly 2^31 − 1 and −(2^31 − 1), all ends of multipliers, all shifts.
    @Test(arguments: KernelImplementation.available, 1...62)
    func fullAccumulatorsAreExact(implementation: KernelImplementation, shift: Int) {
        // 516 · 127 · 32 768 + 131 071 = 2^31 − 1
        let inputs = 516, multipliers: [Int32] = [.min, -.max, -(1 << 30), -3, -1, 0, 1, 2, 1 << 16, 1 << 30, .max]
        let count = multipliers.count
        let w = PackedPointwise(PointwiseWeights(
            inputs: inputs, outputs: 2 * count,
            weights: [Int16](repeating: -127, count: count * inputs) + [Int16](repeating: 127, count: count * inputs),
            biases: [Int32](repeating: 131071, count: count) + [Int32](repeating: -131071, count: count),
            multipliers: multipliers + multipliers, shift: shift))
        let x = Feature(height: 1, width: 2, repeating: [Int16](repeating: -32768, count: inputs))
        let y = IntegerEngine(implementation: implementation, threads: 1).pointwise(w, x)
        let expected = [Int(Int32.max), -Int(Int32.max)].flatMap { acc in
            multipliers.map { Int16(Specification.sat16(Specification.R(acc * Int($0), shift))) }
        }
        #expect(y.values == expected + expected)
    }

    @Test(arguments: KernelImplementation.available)
    func additionEqualsSpecification(implementation: KernelImplementation) {
        var random = SeededGenerator(seed: 1)
        let w = random.pointwise(24, 40, .typical)
        let x = random.feature(5, 7, 24, .wild), y = random.feature(5, 7, 40, .wild)
        let expected = Specification.sum(y, Specification.pointwise(w.original, x)).values
        IntegerEngine(implementation: implementation, threads: 2).add(w, x, to: y)
        #expect(y.values == expected)
    }

    @Test(arguments: KernelImplementation.available, [(2, 16 * 4), (8, 192), (2, 12), (3, 9)])
    func productWithDepthToSpaceEqualsBothSteps(implementation: KernelImplementation, shape: (factor: Int, outputs: Int)) {
        var random = SeededGenerator(seed: shape.outputs)
        let engine = IntegerEngine(implementation: implementation, threads: 2)
        let w = random.pointwise(32, shape.outputs, .typical)
        for width in [1, 2, 47, 48, 49, 100] {
            let x = random.feature(3, width, 32, .wild)
            let y = engine.pointwise(w, x, depthToSpace: shape.factor)
            #expect(y.values == engine.pointwise(w, x).depthToSpace(by: shape.factor).values)
        }
    }

    @Test(arguments: KernelImplementation.available)
    func rowsOutsideTheRangeAreNotTouched(implementation: KernelImplementation) {
        var random = SeededGenerator(seed: 2)
        let w = random.pointwise(17, 19, .typical)
        let x = random.feature(6, 5, 17, .wild), y = random.feature(6, 5, 19, .wild)
        var expected = y.values
        let written = 2 * 5 * 19..<4 * 5 * 19
        expected.replaceSubrange(written, with: Specification.pointwise(w.original, x).values[written])
        implementation.pointwise(w, x, rows: 2..<4, into: y)
        #expect(y.values == expected)
    }

    private func run(
        _ implementation: KernelImplementation, _ w: PackedPointwise, _ output: PointwiseOutput, _ x: Feature,
        residual: Feature
    ) -> [Int16] {
        let y = Feature(height: x.height, width: x.width, channels: w.outputs)
        unsafe implementation.pointwise(
            w, output, x: x.base, residual: residual.base, y: y.base, positions: x.height * x.width)
        return y.values
    }
}
