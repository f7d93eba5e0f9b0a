import ProbabilisticCircuits
import TestSupport

/// Circuits of random structure, and what can be said of them by looking at every assignment.
enum RandomCircuit {
    /// A circuit over two to five variables of one to four values with every kind of node.
    static func make(seed: UInt64) throws -> Circuit {
        var generator = SeededGenerator(seed: seed)
        let count = Int.random(in: 2...5, using: &generator)
        let alphabets = (0..<count).map { _ in Int.random(in: 1...4, using: &generator) }
        var builder = try CircuitBuilder(alphabets: alphabets)
        let root = try mixture(over: Array(0..<count), &builder, &generator)
        return try builder.build(root: root)
    }

    private static func mixture(
        over variables: [Int], _ builder: inout CircuitBuilder, _ generator: inout SeededGenerator
    ) throws -> CircuitNode {
        let children = try (0..<Int.random(in: 1...3, using: &generator)).map { _ in
            try factors(over: variables, &builder, &generator)
        }
        return try builder.sum(children, weights: weights(children.count, &generator))
    }

    private static func factors(
        over variables: [Int], _ builder: inout CircuitBuilder, _ generator: inout SeededGenerator
    ) throws -> CircuitNode {
        guard variables.count > 1 else { return try input(of: variables[0], &builder, &generator) }
        let shuffled = variables.shuffled(using: &generator)
        let cut = Int.random(in: 1..<variables.count, using: &generator)
        return try builder.product([
            mixture(over: Array(shuffled[..<cut]), &builder, &generator),
            mixture(over: Array(shuffled[cut...]), &builder, &generator),
        ])
    }

    private static func input(
        of variable: Int, _ builder: inout CircuitBuilder, _ generator: inout SeededGenerator
    ) throws -> CircuitNode {
        let alphabet = builder.alphabets[variable]
        let mean = Double.random(in: -1...4, using: &generator)
        let distribution: InputDistribution =
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: .literal(Int.random(in: 0..<alphabet, using: &generator))
            case 1: .gaussian(mean: mean, deviation: 0.7)
            case 2: .logistic(mean: mean, scale: 0.5)
            default: .categorical(weights(alphabet, &generator))
            }
        return try builder.input(distribution, of: variable)
    }

    /// Positive numbers of sum 1.
    static func weights(_ count: Int, _ generator: inout SeededGenerator) -> [Double] {
        let raw = (0..<count).map { _ in Double.random(in: 0.05...1, using: &generator) }
        let sum = raw.reduce(0, +)
        return raw.map { $0 / sum }
    }

    /// Every assignment of values to variables.
    static func assignments(_ alphabets: [Int]) -> [[Int]] {
        alphabets.reduce([[]]) { partial, alphabet in
            partial.flatMap { assignment in (0..<alphabet).map { assignment + [$0] } }
        }
    }
}
