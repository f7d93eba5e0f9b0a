import Foundation
import ProbabilisticCircuits
import TestSupport
import Testing

@Suite struct TreeShapeTests {
    @Test func descendantsFollowWithoutAGapAndGreatSubtreesComeLast() throws {
        //      3 ── 0 ── 4
        //      │    └─── 5
        //      └─── 1 ── 2
        let shape = try TreeShape(parents: [3, 3, 1, nil, 0, 0], states: 1, alphabet: 2)
        #expect(shape.root == 3)
        #expect(shape.order == [3, 1, 2, 0, 4, 5])
        #expect(Array(shape.children(of: 3)) == [1, 0])
        #expect(shape.children(of: 4).isEmpty)
    }

    @Test func whatIsNoTreeSaysWhere() {
        func expect(_ error: CircuitError, _ parents: [Int?], states: Int = 1, alphabet: Int = 2) {
            #expect(throws: error) { try TreeShape(parents: parents, states: states, alphabet: alphabet) }
        }
        expect(.noVariables, [])
        expect(.notATree(variable: 1), [nil, nil])
        expect(.notATree(variable: 0), [1, 0])
        expect(.notATree(variable: 1), [nil, 2, 1])
        expect(.unknownVariable(2, count: 2), [nil, 2])
        expect(.unknownVariable(-1, count: 2), [nil, -1])
        expect(.stateCountOutOfRange(0), [nil], states: 0)
        expect(.stateCountOutOfRange(65), [nil], states: 65)
        expect(.alphabetOutOfRange(variable: 0, alphabet: 257), [nil], alphabet: 257)
    }
}

@Suite struct HiddenChowLiuTreeTests {
    /// The circuit's likelihood is the sum over all hidden states.
    @Test(arguments: RandomTree.Form.allCases, [UInt64](1...5))
    func itsCircuitSumsOverAllHiddenStates(form: RandomTree.Form, seed: UInt64) throws {
        let tree = try RandomTree(form: form, variables: 4, states: 3, alphabet: 3, seed: seed).make()
        let circuit = try tree.circuit()
        let (shape, states) = (tree.shape, tree.shape.states)
        let hidden = RandomCircuit.assignments([Int](repeating: states, count: 4))
        for values in RandomCircuit.assignments([3, 3, 3, 3]) {
            let sum = hidden.reduce(0.0) { sum, hidden in
                sum + (0..<4).reduce(1.0) { product, variable in
                    let move = shape.parents[variable].map {
                        tree.transitions[(variable * states + hidden[$0]) * states + hidden[variable]]
                    }
                    return product * (move ?? tree.initial[hidden[variable]])
                        * tree.emissions[(variable * states + hidden[variable]) * 3 + values[variable]]
                }
            }
            #expect(abs(exp(try circuit.logLikelihood(of: Evidence(values: values))) - sum) < 1e-12)
        }
    }

    @Test(arguments: RandomTree.all)
    func itsLikelihoodsAreTheCircuits(random: RandomTree) throws {
        let tree = try random.make()
        let circuit = try tree.circuit()
        let samples = RandomTree.samples(tree, count: 19, seed: 4)
        let found = try tree.logLikelihoods(of: samples)
        #expect(found.count == 19)
        for (position, logarithm) in found.enumerated() {
            let values = samples[position * random.variables..<(position + 1) * random.variables].map { Int($0) }
            let expected = try circuit.logLikelihood(of: Evidence(values: values))
            #expect(abs(logarithm - expected) < 1e-9 * max(1, -expected))
        }
    }

    @Test func whatCannotBeHasNoLikelihood() throws {
        let shape = try TreeShape(parents: [nil, 0], states: 1, alphabet: 2)
        let tree = try HiddenChowLiuTree(shape: shape, initial: [1], transitions: [1, 1], emissions: [1, 0, 0.5, 0.5])
        #expect(try tree.logLikelihoods(of: [1, 0, 0, 1]) == [-.infinity, log(0.5)])
        #expect(throws: CircuitError.sampleCount(found: 3, variables: 2)) { try tree.logLikelihoods(of: [0, 0, 0]) }
        #expect(throws: CircuitError.valueOutsideAlphabet(variable: 0, value: 2, alphabet: 2)) {
            try tree.logLikelihoods(of: [2, 0])
        }
    }

    @Test func tablesThatAreNoneAreErrors() throws {
        let shape = try TreeShape(parents: [nil], states: 1, alphabet: 2)
        #expect(throws: CircuitError.tableSize(found: 3, expected: 2)) {
            try HiddenChowLiuTree(shape: shape, initial: [1], transitions: [0], emissions: [0.5, 0.5, 0])
        }
        #expect(throws: CircuitError.notNormalised(sum: 0.75)) {
            try HiddenChowLiuTree(shape: shape, initial: [1], transitions: [.nan], emissions: [0.5, 0.25])
        }
        let tree = try HiddenChowLiuTree(shape: shape, initial: [1], transitions: [.nan], emissions: [0.5, 0.5])
        #expect(try tree.integers().encode([1, 0, 1]).count == 1)
    }
}
