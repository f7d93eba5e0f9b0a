@testable import IntegerKernels
import Testing

@Suite struct BlockTests {
    /// A block's layers and an input for them.
    struct Layers {
        let depthwise: DepthwiseWeights
        let modulation: Modulation
        let expand: PackedPointwise
        let project: PackedPointwise
        let x: Feature

        init(seed: Int, _ magnitude: Magnitude, height: Int, width: Int, channels: Int, expanded: Int) {
            var random = SeededGenerator(seed: seed)
            depthwise = random.depthwise(seed % 2 == 0 ? 3 : 5, channels, magnitude)
            modulation = random.modulation(channels, magnitude)
            expand = random.pointwise(channels, expanded, magnitude)
            project = random.pointwise(expanded, channels, magnitude)
            x = random.feature(height, width, channels, magnitude)
        }

        func run(_ implementation: KernelImplementation, threads: Int = 1) -> [Int16] {
            IntegerEngine(implementation: implementation, threads: threads)
                .block(depthwise, modulation, expand: expand, project: project, x).values
        }
    }

    @Test(arguments: Magnitude.allCases, 0..<6)
    func referenceEqualsSpecification(magnitude: Magnitude, seed: Int) {
        let layers = Layers(
            seed: seed, magnitude, height: [1, 2, 7][seed % 3], width: [1, 3, 11][seed / 2 % 3], channels: 16 + seed % 2 * 16,
            expanded: 20)
        let expected = Specification.block(
            layers.depthwise, layers.modulation, expand: layers.expand.original, project: layers.project.original, layers.x)
        #expect(layers.run(.reference) == expected.values)
    }

    /// 1 … 33 columns, 1 … 9 rows, 16 … 256 channels.
    @Test(arguments: KernelImplementation.available.dropFirst(), Magnitude.allCases)
    func everyKernelEqualsTheReference(implementation: KernelImplementation, magnitude: Magnitude) {
        for seed in 0..<34 {
            let layers = Layers(
                seed: seed, magnitude, height: 1 + seed * 5 % 9, width: 1 + seed % 33, channels: 16 * (1 + seed * 7 % 16),
                expanded: seed % 3 == 0 ? 51 : 32)
            #expect(layers.run(implementation) == layers.run(.reference), "seed \(seed)")
        }
    }

    /// The depthwise part alone, so that nothing hides a difference: every shift, offsets at both ends.
    @Test(arguments: KernelImplementation.available, 1...62)
    func modulationIsExactAtEveryShift(implementation: KernelImplementation, shift: Int) {
        var random = SeededGenerator(seed: shift)
        for kernel in [3, 5] {
            let channels = 48, ends: [Int32] = [.min, -.max, -(1 << 30), -1, 0, 1, 1 << 29, 1 << 30, .max]
            let d = random.depthwise(kernel, channels, .extreme)
            let m = Modulation(
                multipliers: (0..<channels).map { ends[$0 % 9] }, offsets: (0..<channels).map { ends[$0 / 9 + $0 % 2] },
                shift: shift)
            let x = random.feature(5, 13, channels, .extreme)
            let h = Feature(height: 1, width: 13, channels: channels)
            let reference = Feature(height: 1, width: 13, channels: channels)
            for row in 0..<5 {
                unsafe implementation.depthwise(d, m, x, row: row, columns: 0..<13, h: h.base)
                unsafe ReferenceKernels.depthwise(d, m, x, row: row, columns: 0..<13, h: reference.base)
                #expect(h.values == reference.values, "kernel \(kernel), row \(row)")
            }
        }
    }

    @Test(arguments: KernelImplementation.available, [1, 5, 12, 50, 101])
    func rowsOneByOneEqualTheWhole(implementation: KernelImplementation, width: Int) {
        let layers = Layers(seed: width, .typical, height: 9, width: width, channels: 32, expanded: 40)
        let y = Feature(height: 9, width: width, channels: 32)
        for rows in [0..<1, 1..<4, 4..<4, 4..<9] {
            implementation.block(
                layers.depthwise, layers.modulation, expand: layers.expand, project: layers.project, layers.x, rows: rows,
                into: y)
        }
        #expect(y.values == layers.run(implementation))
    }

    @Test(arguments: KernelImplementation.available, [2, 3, 16])
    func threadCountDoesNotChangeTheResult(implementation: KernelImplementation, threads: Int) {
        let layers = Layers(seed: threads, .typical, height: 31, width: 24, channels: 48, expanded: 96)
        #expect(layers.run(implementation, threads: threads) == layers.run(implementation))
    }
}
