import Foundation
import ProbabilisticCircuits
import TestSupport
import Testing

/// Every query against the sum over all assignments.
@Suite struct CircuitQueryTests {
    static let seeds: [UInt64] = Array(1...40)

    private func probability(_ values: [Int], _ circuit: Circuit) throws -> Double {
        exp(try circuit.logLikelihood(of: Evidence(values: values)))
    }

    /// What the evidence says of an assignment.
    private func weight(_ values: [Int], _ evidence: Evidence) -> Double {
        zip(values, evidence.observations).reduce(1) { product, pair in
            switch pair.1 {
            case .missing: product
            case .value(let value): value == pair.0 ? product : 0
            case .likelihood(let likelihood): product * likelihood[pair.0]
            }
        }
    }

    private func randomEvidence(_ circuit: Circuit, _ generator: inout SeededGenerator) -> Evidence {
        let sample = circuit.sample(using: &generator)
        return Evidence(circuit.alphabets.enumerated().map { variable, alphabet in
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: .missing
            case 1: .value(sample[variable])
            default: .likelihood((0..<alphabet).map { _ in Double.random(in: 0.1...2, using: &generator) })
            }
        })
    }

    private func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-9 * max(1, abs(b)) }

    @Test(arguments: seeds)
    func allAssignmentsSumToOne(seed: UInt64) throws {
        let circuit = try RandomCircuit.make(seed: seed)
        let sum = try RandomCircuit.assignments(circuit.alphabets).reduce(0) { try $0 + probability($1, circuit) }
        #expect(isClose(sum, 1))
        #expect(abs(try circuit.logLikelihood(of: Evidence(variables: circuit.variableCount))) < 1e-12)
    }

    @Test(arguments: seeds)
    func evidenceIsTheSumOverWhatItAllows(seed: UInt64) throws {
        let circuit = try RandomCircuit.make(seed: seed)
        var generator = SeededGenerator(seed: seed + 1000)
        let evidence = randomEvidence(circuit, &generator)
        let sum = try RandomCircuit.assignments(circuit.alphabets).reduce(0) {
            try $0 + weight($1, evidence) * probability($1, circuit)
        }
        #expect(isClose(exp(try circuit.logLikelihood(of: evidence)), sum))
    }

    @Test(arguments: seeds)
    func conditionalsAreRatiosOfSums(seed: UInt64) throws {
        let circuit = try RandomCircuit.make(seed: seed)
        var generator = SeededGenerator(seed: seed + 2000)
        let evidence = randomEvidence(circuit, &generator)
        let all = try circuit.conditionals(given: evidence)
        for variable in 0..<circuit.variableCount {
            var others = evidence
            others.observations[variable] = .missing
            var masses = [Double](repeating: 0, count: circuit.alphabets[variable])
            for values in RandomCircuit.assignments(circuit.alphabets) {
                masses[values[variable]] += try weight(values, others) * probability(values, circuit)
            }
            let sum = masses.reduce(0, +)
            #expect(zip(all[variable], masses).allSatisfy { isClose($0, $1 / sum) })
            #expect(try circuit.conditional(of: variable, given: evidence) == all[variable])
        }
    }

    /// 20 000 samples: a share's deviation is at most 0.0036, so 0.02 is more than five of them.
    @Test(arguments: seeds.prefix(4))
    func samplesFollowTheDistribution(seed: UInt64) throws {
        let circuit = try RandomCircuit.make(seed: seed)
        var generator = SeededGenerator(seed: seed + 3000)
        let evidence = randomEvidence(circuit, &generator)
        let total = exp(try circuit.logLikelihood(of: evidence))
        var counts: [[Int]: Int] = [:]
        for _ in 0..<20_000 { counts[try circuit.sample(given: evidence, using: &generator), default: 0] += 1 }
        for values in RandomCircuit.assignments(circuit.alphabets) {
            let expected = try weight(values, evidence) * probability(values, circuit) / total
            #expect(abs(Double(counts[values] ?? 0) / 20_000 - expected) < 0.02)
        }
    }

    @Test(arguments: seeds)
    func maxProductIsAChoiceOfTheCircuit(seed: UInt64) throws {
        let circuit = try RandomCircuit.make(seed: seed)
        var generator = SeededGenerator(seed: seed + 4000)
        let evidence = randomEvidence(circuit, &generator)
        let (values, logValue) = try circuit.maxProduct(given: evidence)
        let reached = try weight(values, evidence) * probability(values, circuit)
        #expect(reached >= exp(logValue) * (1 - 1e-9) && reached > 0)
    }

    /// Sums over literals of different values: at most one child of any sum is not 0.
    @Test(arguments: seeds)
    func maxProductIsTheBestAssignmentOfADeterministicCircuit(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var builder = try CircuitBuilder(alphabets: [3, 4, 5])
        var branches: [CircuitNode] = []
        for value in 0..<3 {
            var factors = [try builder.input(.literal(value), of: 0)]
            for variable in 1...2 {
                let masses = RandomCircuit.weights(builder.alphabets[variable], &generator)
                factors.append(try builder.input(.categorical(masses), of: variable))
            }
            branches.append(try builder.product(factors))
        }
        let root = try builder.sum(branches, weights: RandomCircuit.weights(3, &generator))
        let circuit = try builder.build(root: root)
        let (values, logValue) = try circuit.maxProduct(given: Evidence(variables: 3))
        let best = try RandomCircuit.assignments(circuit.alphabets).map { try probability($0, circuit) }.max()!
        #expect(isClose(exp(logValue), best))
        #expect(isClose(try probability(values, circuit), best))
    }

    /// e^-5000 is no double; sums over logarithms do not mind.
    @Test func thousandsOfVariablesDoNotUnderflow() throws {
        var builder = try CircuitBuilder(alphabets: [Int](repeating: 1 << 16, count: 1000))
        let uniform = [Double](repeating: 1 / 65536, count: 1 << 16)
        let inputs = try (0..<2).map { try builder.input(.categorical(uniform), of: $0) }
            + (2..<1000).map { try builder.input(.gaussian(mean: 30_000, deviation: 10_000), of: $0) }
        let root = try builder.product(inputs)
        let circuit = try builder.build(root: root)
        let value = try circuit.logLikelihood(of: Evidence(values: [Int](repeating: 30_000, count: 1000)))
        let expected = 2 * log(1.0 / 65536) + 998 * log(erf(0.00005 / 2.0.squareRoot()))
        #expect(abs(value - expected) < 1e-6)
    }

    @Test func tailsBelongToTheOutermostValues() throws {
        for distribution in [InputDistribution.gaussian(mean: -3, deviation: 2), .logistic(mean: 9, scale: 1)] {
            var builder = try CircuitBuilder(alphabets: [8])
            let root = try builder.input(distribution, of: 0)
            let circuit = try builder.build(root: root)
            let masses = try circuit.conditional(of: 0, given: Evidence(variables: 1))
            #expect(isClose(masses.reduce(0, +), 1))
            #expect(try circuit.maxProduct(given: Evidence(variables: 1)).values == [distribution == .logistic(mean: 9, scale: 1) ? 7 : 0])
        }
        // The mass of a cell ten deviations away, known to all its digits.
        var builder = try CircuitBuilder(alphabets: [100])
        let root = try builder.input(.gaussian(mean: 0, deviation: 1), of: 0)
        let circuit = try builder.build(root: root)
        let far = try circuit.logLikelihood(of: Evidence(values: [10]))
        #expect(abs(far - log(erfc(9.5 / 2.0.squareRoot()) / 2 - erfc(10.5 / 2.0.squareRoot()) / 2)) < 1e-9)
    }

    @Test func impossibleEvidenceAndWrongEvidenceAreErrors() throws {
        var builder = try CircuitBuilder(alphabets: [2, 2])
        let inputs = [try builder.input(.literal(1), of: 0), try builder.input(.categorical([0.5, 0.5]), of: 1)]
        let root = try builder.product(inputs)
        let circuit = try builder.build(root: root)
        let impossible = Evidence(values: [0, nil])
        var generator = SeededGenerator(seed: 1)
        #expect(try circuit.logLikelihood(of: impossible) == -.infinity)
        #expect(throws: CircuitError.impossibleEvidence) { try circuit.conditional(of: 1, given: impossible) }
        #expect(throws: CircuitError.impossibleEvidence) { try circuit.maxProduct(given: impossible) }
        #expect(throws: CircuitError.impossibleEvidence) { try circuit.sample(given: impossible, using: &generator) }
        #expect(try circuit.conditional(of: 0, given: impossible) == [0, 1])
        #expect(throws: CircuitError.evidenceCount(found: 1, variables: 2)) {
            try circuit.logLikelihood(of: Evidence(variables: 1))
        }
        #expect(throws: CircuitError.valueOutsideAlphabet(variable: 1, value: 2, alphabet: 2)) {
            try circuit.logLikelihood(of: Evidence(values: [nil, 2]))
        }
        #expect(throws: CircuitError.massCount(found: 1, alphabet: 2)) {
            try circuit.logLikelihood(of: Evidence([.likelihood([1]), .missing]))
        }
        #expect(throws: CircuitError.invalidWeight(-1)) {
            try circuit.logLikelihood(of: Evidence([.likelihood([1, -1]), .missing]))
        }
        #expect(throws: CircuitError.unknownVariable(2, count: 2)) {
            try circuit.conditional(of: 2, given: impossible)
        }
    }
}
