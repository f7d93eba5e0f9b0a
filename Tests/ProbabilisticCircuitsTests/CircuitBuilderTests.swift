import ProbabilisticCircuits
import Testing

/// What is no circuit says why.
@Suite struct CircuitBuilderTests {
    private func pair() throws -> (CircuitBuilder, CircuitNode, CircuitNode) {
        var builder = try CircuitBuilder(alphabets: [2, 3])
        let first = try builder.input(.categorical([0.25, 0.75]), of: 0)
        let second = try builder.input(.literal(2), of: 1)
        return (builder, first, second)
    }

    @Test func variablesAndAlphabetsHaveLimits() {
        #expect(throws: CircuitError.noVariables) { try CircuitBuilder(alphabets: []) }
        #expect(throws: CircuitError.alphabetOutOfRange(variable: 1, alphabet: 0)) {
            try CircuitBuilder(alphabets: [1, 0])
        }
        #expect(throws: CircuitError.alphabetOutOfRange(variable: 0, alphabet: 65537)) {
            try CircuitBuilder(alphabets: [65537])
        }
    }

    @Test func sumsOverDifferentVariablesAreNotSmooth() throws {
        var (builder, first, second) = try pair()
        let sum = try builder.sum([first, second], weights: [0.5, 0.5])
        #expect(throws: CircuitError.notSmooth(node: 2)) { try builder.build(root: sum) }
    }

    @Test func productsOverOneVariableTwiceAreNotDecomposable() throws {
        var (builder, first, second) = try pair()
        let inner = try builder.product([first, second])
        let product = try builder.product([inner, second])
        #expect(throws: CircuitError.notDecomposable(node: 3, variable: 1)) { try builder.build(root: product) }
        #expect(try builder.build(root: inner).nodeCount == 3)
    }

    @Test func theRootCoversAllVariables() throws {
        let (builder, first, _) = try pair()
        #expect(throws: CircuitError.uncoveredVariable(1)) { try builder.build(root: first) }
    }

    @Test func weightsAreADistribution() throws {
        var (builder, first, _) = try pair()
        #expect(throws: CircuitError.emptySum) { try builder.sum([], weights: []) }
        #expect(throws: CircuitError.emptyProduct) { try builder.product([]) }
        #expect(throws: CircuitError.weightCount(found: 1, children: 2)) {
            try builder.sum([first, first], weights: [1])
        }
        #expect(throws: CircuitError.notNormalised(sum: 1.5)) { try builder.sum([first, first], weights: [0.5, 1]) }
        #expect(throws: CircuitError.invalidWeight(-0.5)) { try builder.sum([first, first], weights: [1.5, -0.5]) }
        #expect(throws: CircuitError.invalidWeight(.infinity)) { try builder.sum([first], weights: [.infinity]) }
        #expect(throws: CircuitError.self) { try builder.sum([first], weights: [.nan]) }
    }

    @Test func inputsAreDistributionsOfTheirVariable() throws {
        var (builder, _, _) = try pair()
        #expect(throws: CircuitError.unknownVariable(2, count: 2)) { try builder.input(.literal(0), of: 2) }
        #expect(throws: CircuitError.valueOutsideAlphabet(variable: 0, value: 2, alphabet: 2)) {
            try builder.input(.literal(2), of: 0)
        }
        #expect(throws: CircuitError.massCount(found: 2, alphabet: 3)) {
            try builder.input(.categorical([0.5, 0.5]), of: 1)
        }
        #expect(throws: CircuitError.notNormalised(sum: 0.75)) { try builder.input(.categorical([0.5, 0.25]), of: 0) }
        #expect(throws: CircuitError.invalidShape(location: 1, spread: 0)) {
            try builder.input(.gaussian(mean: 1, deviation: 0), of: 0)
        }
        #expect(throws: CircuitError.invalidShape(location: .infinity, spread: 1)) {
            try builder.input(.logistic(mean: .infinity, scale: 1), of: 0)
        }
    }

    @Test func nodesComeBeforeTheirParents() throws {
        var (builder, first, second) = try pair()
        var longer = builder
        let later = try longer.product([first, second])
        #expect(throws: CircuitError.unknownNode(2, defined: 2)) { try builder.product([later]) }
        #expect(throws: CircuitError.unknownNode(2, defined: 2)) { try builder.build(root: later) }
    }

    @Test func layersHoldNodesOfOneKindAndUnusedNodesAreLeftOut() throws {
        var (builder, first, second) = try pair()
        _ = try builder.input(.literal(0), of: 0)
        let products = try (0..<4).map { _ in try builder.product([first, second]) }
        let root = try builder.sum(products, weights: [0.25, 0.25, 0.25, 0.25])
        let circuit = try builder.build(root: root)
        #expect(circuit.nodeCount == 7)
        #expect(circuit.edgeCount == 12)
        #expect(circuit.layerCount == 2)
    }

    @Test func checksThatWouldTakeTooMuchMemoryAreRefused() throws {
        var builder = try CircuitBuilder(alphabets: [Int](repeating: 1, count: 1 << 16))
        var node = try builder.input(.literal(0), of: 0)
        for _ in 0..<(1 << 14) { node = try builder.sum([node], weights: [1]) }
        #expect(throws: CircuitError.tooLarge(scopeBits: 1 << 30 + 1 << 16, limit: 1 << 30)) {
            try builder.build(root: node)
        }
    }
}
