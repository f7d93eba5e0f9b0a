#if canImport(Glibc)
    internal import Glibc
#else
    internal import Foundation
#endif

extension Circuit {
    /// The natural logarithm of the probability of the evidence; variables without an observation are summed out.
    ///
    /// - Returns: 0 for no evidence, negative infinity for impossible evidence. With soft evidence, the expectation of
    ///   its likelihood, which may be above 1.
    /// - Throws: evidence that is not about this circuit's variables.
    /// - Complexity: O(|p|), and the alphabet's size for each input with soft evidence.
    public func logLikelihood(of evidence: Evidence) throws(CircuitError) -> Double {
        try evidence.check(for: self)
        return upward(evidence)[root]
    }

    /// `[nodes]`: the log-probability that each node gives to the evidence on its variables.
    func upward(_ evidence: Evidence) -> [Double] {
        var values = [Double](repeating: 0, count: nodeCount)
        for input in 0..<inputs.count {
            values[input] = log(inputs.mass(input, of: evidence.observations[inputs.variable(input)]))
        }
        for layer in layers {
            for node in layer.nodes {
                switch layer.kind {
                case .product: values[node] = edges(of: node).reduce(0) { $0 + values[Int(children[$1])] }
                case .sum: values[node] = logOfSum(node, values)
                }
            }
        }
        return values
    }

    /// log Σ weight·exp(value), relative to the greatest so that nothing overflows or vanishes.
    private func logOfSum(_ node: Int, _ values: [Double]) -> Double {
        var greatest = -Double.infinity
        for edge in edges(of: node) { greatest = max(greatest, logWeights[edge] + values[Int(children[edge])]) }
        guard greatest > -.infinity else { return greatest }
        var sum = 0.0
        for edge in edges(of: node) { sum += exp(logWeights[edge] + values[Int(children[edge])] - greatest) }
        return greatest + log(sum)
    }
}
