#if canImport(Glibc)
    internal import Glibc
#else
    internal import Foundation
#endif

extension Circuit {
    /// The distribution of one variable given evidence on the others; what is known of itself is ignored.
    ///
    /// - Returns: `[alphabet]`, sum 1.
    /// - Throws: ``CircuitError/impossibleEvidence``, or evidence that is not about this circuit's variables.
    /// - Complexity: O(|p|) and the alphabet's size for each input of the variable.
    public func conditional(of variable: Int, given evidence: Evidence) throws(CircuitError) -> [Double] {
        guard alphabets.indices.contains(variable) else { throw .unknownVariable(variable, count: variableCount) }
        return try conditionals(of: variable..<variable + 1, given: evidence)[0]
    }

    /// For every variable, its distribution given the evidence on all the others.
    ///
    /// One pass up and one down serve all variables: a circuit is linear in the likelihoods of each variable, and the
    /// derivative by them does not contain what is known of that variable (Darwiche, "A differential approach to
    /// inference in Bayesian networks", JACM 2003).
    ///
    /// - Returns: `[variable][value]`.
    /// - Throws: ``CircuitError/impossibleEvidence``, or evidence that is not about this circuit's variables.
    /// - Complexity: O(|p|) and the alphabet's size for each input.
    public func conditionals(given evidence: Evidence) throws(CircuitError) -> [[Double]] {
        try conditionals(of: 0..<variableCount, given: evidence)
    }

    private func conditionals(of asked: Range<Int>, given evidence: Evidence) throws(CircuitError) -> [[Double]] {
        try evidence.check(for: self)
        let derivatives = downward(upward(evidence))
        var greatest = [Double](repeating: -.infinity, count: asked.count)
        for input in 0..<inputs.count where asked.contains(inputs.variable(input)) {
            let position = inputs.variable(input) - asked.lowerBound
            greatest[position] = max(greatest[position], derivatives[input])
        }
        var masses = asked.map { [Double](repeating: 0, count: alphabets[$0]) }
        for input in 0..<inputs.count where asked.contains(inputs.variable(input)) {
            let position = inputs.variable(input) - asked.lowerBound
            guard derivatives[input] > -.infinity else { continue }
            let share = exp(derivatives[input] - greatest[position])
            for value in masses[position].indices {
                masses[position][value] += share * inputs.mass(input, of: value)
            }
        }
        for position in masses.indices {
            let sum = masses[position].reduce(0, +)
            guard sum > 0 else { throw .impossibleEvidence }
            for value in masses[position].indices { masses[position][value] /= sum }
        }
        return masses
    }

    /// `[nodes]`: the logarithm of the root's derivative by each node's value.
    private func downward(_ values: [Double]) -> [Double] {
        var derivatives = [Double](repeating: -.infinity, count: nodeCount)
        derivatives[root] = 0
        for layer in layers.reversed() {
            for node in layer.nodes where derivatives[node] > -.infinity {
                switch layer.kind {
                case .sum:
                    for edge in edges(of: node) {
                        Self.add(derivatives[node] + logWeights[edge], to: &derivatives[Int(children[edge])])
                    }
                case .product: passDown(product: node, values, &derivatives)
                }
            }
        }
        return derivatives
    }

    /// A product's derivative by a child is the product of the others, which may hold zeros: there is no dividing.
    private func passDown(product node: Int, _ values: [Double], _ derivatives: inout [Double]) {
        let edges = edges(of: node)
        var after = [0.0]
        for edge in edges.reversed() { after.append(after.last! + values[Int(children[edge])]) }
        var before = derivatives[node]
        for (position, edge) in edges.enumerated() {
            let child = Int(children[edge])
            Self.add(before + after[edges.count - 1 - position], to: &derivatives[child])
            before += values[child]
        }
    }

    /// log(exp(a) + exp(b)).
    private static func add(_ term: Double, to sum: inout Double) {
        guard term > -.infinity else { return }
        let greatest = max(term, sum)
        sum = greatest + log1p(exp(min(term, sum) - greatest))
    }
}
