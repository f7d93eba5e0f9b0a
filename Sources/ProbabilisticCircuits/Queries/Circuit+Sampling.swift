#if canImport(Glibc)
    internal import Glibc
#else
    internal import Foundation
#endif

extension Circuit {
    /// Values drawn from the circuit's distribution.
    ///
    /// - Complexity: as ``sample(given:using:)``.
    public func sample(using generator: inout some RandomNumberGenerator) -> [Int] {
        let nothing = Evidence(variables: variableCount)
        return drawn([Double](repeating: 0, count: nodeCount), nothing, &generator)
    }

    /// Values drawn from the distribution given the evidence: ancestral sampling, every sum choosing a child by its
    /// weight and by what the child makes of the evidence.
    ///
    /// - Returns: `[variable]`.
    /// - Throws: ``CircuitError/impossibleEvidence``, or evidence that is not about this circuit's variables.
    /// - Complexity: O(|p|) once, then the edges of the chosen nodes and the alphabets of the chosen inputs.
    public func sample(given evidence: Evidence, using generator: inout some RandomNumberGenerator) throws(CircuitError) -> [Int] {
        try evidence.check(for: self)
        let values = upward(evidence)
        guard values[root] > -.infinity else { throw .impossibleEvidence }
        return drawn(values, evidence, &generator)
    }

    private func drawn(_ values: [Double], _ evidence: Evidence, _ generator: inout some RandomNumberGenerator) -> [Int] {
        var result = [Int](repeating: 0, count: variableCount)
        var open = [root]
        while let node = open.popLast() {
            if node < inputs.count {
                let variable = inputs.variable(node)
                let observation = evidence.observations[variable]
                result[variable] = Self.draw(0..<inputs.alphabet(node), using: &generator) { value in
                    inputs.mass(node, of: value, observing: observation)
                }
            } else if kind(of: node) == .product {
                open += edges(of: node).map { Int(children[$0]) }
            } else {
                let edge = Self.draw(edges(of: node), using: &generator) { edge in
                    weights[edge] * exp(values[Int(children[edge])] - values[node])
                }
                open.append(Int(children[edge]))
            }
        }
        return result
    }

    /// One of `choices` in proportion to its mass; never one of mass 0 while there is another.
    private static func draw(
        _ choices: Range<Int>, using generator: inout some RandomNumberGenerator, mass: (Int) -> Double
    ) -> Int {
        let masses = choices.map(mass)
        var left = Double.random(in: 0..<1, using: &generator) * masses.reduce(0, +)
        var chosen = choices.lowerBound
        for (choice, mass) in zip(choices, masses) where mass > 0 {
            chosen = choice
            left -= mass
            if left < 0 { break }
        }
        return chosen
    }

    func kind(of node: Int) -> CircuitLayer.Kind {
        // Layers are in order of their nodes.
        var low = 0, high = layers.count - 1
        while low < high {
            let middle = (low + high) / 2
            if layers[middle].nodes.upperBound <= node { low = middle + 1 } else { high = middle }
        }
        return layers[low].kind
    }
}
