extension HiddenChowLiuTree {
    /// The same distribution as a circuit: for every variable and state an input, its product with the sums of the
    /// children, and for every state of the parent a sum over these products.
    ///
    /// - Complexity: O(variables · states · (states + alphabet)) time and memory.
    public func circuit() throws(CircuitError) -> Circuit {
        var builder = try CircuitBuilder(alphabets: [Int](repeating: shape.alphabet, count: shape.variableCount))
        var products = [[CircuitNode]](repeating: [], count: shape.variableCount)
        for variable in shape.order.reversed() {
            var factors: [[CircuitNode]] = []
            for state in 0..<shape.states {
                let masses = Array(emission(of: variable, in: state))
                factors.append([try builder.input(.categorical(masses), of: variable)])
            }
            for child in shape.children(of: variable) {
                for state in 0..<shape.states {
                    let weights = Array(transition(to: child, from: state))
                    factors[state].append(try builder.sum(products[child], weights: weights))
                }
                products[child] = []
            }
            for nodes in factors { products[variable].append(try builder.product(nodes)) }
        }
        let root = try builder.sum(products[shape.root], weights: initial)
        return try builder.build(root: root)
    }
}
