import Testing

@testable import IntegerKernels

@Suite struct PerceptronTests {
    enum Content: CaseIterable {
        /// Small weights, as a model has them; any weights and biases; the ends of their ranges, whose sums wrap around.
        case trained, anything, ends
    }

    private static func layer(_ inputs: Int, _ outputs: Int, _ content: Content, using generator: inout SeededGenerator) -> PerceptronLayer {
        PerceptronLayer(
            inputs: inputs, outputs: outputs,
            weights: (0..<inputs * outputs).map { _ in
                switch content {
                case .trained: Int16.random(in: -900...900, using: &generator)
                case .anything: Int16(truncatingIfNeeded: generator.next())
                case .ends: Bool.random(using: &generator) ? .min : .max
                }
            },
            biases: (0..<outputs).map { _ in
                switch content {
                case .trained: Int32.random(in: -1 << 18...1 << 18, using: &generator)
                case .anything: Int32(truncatingIfNeeded: generator.next())
                case .ends: [Int32.min, .max, 0].randomElement(using: &generator)!
                }
            },
            shift: content == .trained ? Int.random(in: 8...14, using: &generator) : [1, 2, 15, 29, 30].randomElement(using: &generator)!)
    }

    private static func layers(_ inputs: Int, _ outputs: Int, _ content: Content, using generator: inout SeededGenerator) -> [PerceptronLayer] {
        [
            layer(inputs, 32, content, using: &generator), layer(32, 32, content, using: &generator),
            layer(32, outputs, content, using: &generator),
        ]
    }

    private static func features(_ inputs: Int, _ content: Content, using generator: inout SeededGenerator) -> [Int16] {
        (0..<32).map { i in
            if i >= inputs { return 0 }
            return content == .trained ? Int16.random(in: -8191...8191, using: &generator)
                : Bool.random(using: &generator) ? .min : Int16(truncatingIfNeeded: generator.next())
        }
    }

    private static func logits(_ perceptron: Perceptron, _ features: [Int16]) -> [Int32] {
        var results = [Int32](repeating: 77, count: 33)
        unsafe features.withUnsafeBufferPointer { features in
            unsafe results.withUnsafeMutableBufferPointer { unsafe perceptron.evaluate(features.baseAddress!, into: $0.baseAddress!) }
        }
        #expect(results[32] == 77)
        return Array(results.dropLast())
    }

    @Test(arguments: KernelImplementation.available, Content.allCases)
    func everyKernelGivesTheSame(kernel: KernelImplementation, content: Content) {
        var generator = SeededGenerator(seed: 18)
        for round in 0..<150 {
            let inputs = round < 32 ? round + 1 : 26, outputs = round < 64 ? round % 32 + 1 : [15, 24][round % 2]
            let layers = Self.layers(inputs, outputs, content, using: &generator)
            let reference = Perceptron(layers, kernel: .reference), tested = Perceptron(layers, kernel: kernel)
            #expect(tested.inputs == inputs && tested.outputs == outputs)
            for _ in 0..<4 {
                let features = Self.features(inputs, content, using: &generator)
                let results = Self.logits(tested, features)
                #expect(results == Self.logits(reference, features), "\(inputs) → \(outputs)")
                #expect(results[outputs...].allSatisfy { $0 == 0 })
            }
        }
    }

    /// SPEC §18 on exact integers.
    @Test(arguments: KernelImplementation.available, [(26, 15), (24, 24), (1, 32)])
    func isTheSpecificationsPerceptron(kernel: KernelImplementation, shape: (Int, Int)) {
        var generator = SeededGenerator(seed: shape.0)
        var seen = Set<Int>()
        for _ in 0..<60 {
            let layers = Self.layers(shape.0, shape.1, .trained, using: &generator)
            let features = Self.features(shape.0, .trained, using: &generator)
            var x = features.prefix(shape.0).map { Int($0) }
            for (number, layer) in layers.enumerated() {
                x = (0..<layer.outputs).map { n in
                    let sum = x.indices.reduce(Int(layer.biases[n])) { $0 + Int(layer.weights[n * layer.inputs + $1]) * x[$1] }
                    let scaled = (sum + 1 << (layer.shift - 1)) >> layer.shift
                    return number < 2 ? min(max(scaled, 0), 32767) : min(max(scaled, -2047), 2047)
                }
            }
            #expect(Self.logits(Perceptron(layers, kernel: kernel), features).prefix(shape.1) == x.map { Int32($0) }[...])
            seen.formUnion(x)
        }
        #expect(seen.count > 20 && seen.contains(2047) && seen.contains(-2047))
    }

    /// R's half would not fit beside such a sum in 32 bits.
    @Test(arguments: KernelImplementation.available)
    func greatestSumIsRounded(kernel: KernelImplementation) {
        for (bias, logit) in [(Int32.max, Int32(2)), (.min, -2), (1 << 29 - 1, 0), (1 << 29, 1), (-1 << 29, 0), (-1 << 29 - 1, -1)] {
            let silent = PerceptronLayer(
                inputs: 32, outputs: 32, weights: [Int16](repeating: 0, count: 1024), biases: [Int32](repeating: 0, count: 32), shift: 1)
            let last = PerceptronLayer(inputs: 32, outputs: 1, weights: [Int16](repeating: 5, count: 32), biases: [bias], shift: 30)
            let results = Self.logits(Perceptron([silent, silent, last], kernel: kernel), [Int16](repeating: 9, count: 32))
            #expect(results[0] == logit, "bias \(bias)")
        }
    }
}
