#if canImport(Glibc)
    internal import Glibc
#else
    internal import Foundation
#endif

extension Circuit {
    /// The most probable values along one choice at every sum: sums become maxima, then the choices are followed down.
    ///
    /// It is the most probable completion of the evidence (MAP) if the circuit is deterministic, that is if for any
    /// values at most one child of a sum is not 0. In general it is a completion whose probability is at least
    /// `exp(logValue)`; finding the best one is NP-hard (Choi et al. 2020, §5).
    ///
    /// - Returns: `[variable]` values and the logarithm of the weight of the choices.
    /// - Throws: ``CircuitError/impossibleEvidence``, or evidence that is not about this circuit's variables.
    /// - Complexity: O(|p|) and the alphabet's size for each categorical input.
    public func maxProduct(given evidence: Evidence) throws(CircuitError) -> (values: [Int], logValue: Double) {
        try evidence.check(for: self)
        let (best, modes) = upwardMaxima(evidence)
        guard best[root] > -.infinity else { throw .impossibleEvidence }
        var values = [Int](repeating: 0, count: variableCount)
        follow { edge in logWeights[edge] + best[Int(children[edge])] } input: { input in
            values[inputs.variable(input)] = modes[input]
        }
        return (values, best[root])
    }

    /// `[nodes]` greatest log-values, and `[inputs]` the values that reach them.
    private func upwardMaxima(_ evidence: Evidence) -> (best: [Double], modes: [Int]) {
        var best = [Double](repeating: 0, count: nodeCount)
        var modes = [Int](repeating: 0, count: inputs.count)
        for input in 0..<inputs.count {
            let observation = evidence.observations[inputs.variable(input)]
            var greatest = -1.0
            for value in candidates(input, observation) {
                let mass = inputs.mass(input, of: value, observing: observation)
                if mass > greatest { (greatest, modes[input]) = (mass, value) }
            }
            best[input] = log(greatest)
        }
        for layer in layers {
            for node in layer.nodes {
                let terms = edges(of: node).lazy.map { logWeights[$0] + best[Int(children[$0])] }
                best[node] = layer.kind == .product ? terms.reduce(0, +) : terms.max() ?? -.infinity
            }
        }
        return (best, modes)
    }

    private func candidates(_ input: Int, _ observation: Observation) -> [Int] {
        switch observation {
        case .missing: inputs.modeCandidates(input)
        case .value(let value): [value]
        case .likelihood: Array(0..<inputs.alphabet(input))
        }
    }

    /// Walks from the root to the inputs of one choice at every sum: the child of greatest score.
    private func follow(score: (Int) -> Double, input visit: (Int) -> Void) {
        var open = [root]
        while let node = open.popLast() {
            guard node >= inputs.count else {
                visit(node)
                continue
            }
            let edges = edges(of: node)
            if kind(of: node) == .product {
                open += edges.map { Int(children[$0]) }
            } else if let best = edges.max(by: { score($0) < score($1) }) {
                open.append(Int(children[best]))
            }
        }
    }
}
