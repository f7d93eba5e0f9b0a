/// A node of a ``CircuitBuilder``.
public struct CircuitNode: Hashable, Sendable {
    /// In the order of definition, from 0.
    public let index: Int
}

/// Defines a circuit node by node, children before parents; ``build(root:)`` checks and compiles it.
///
///     var builder = try CircuitBuilder(alphabets: [2, 2])
///     let left = try builder.input(.literal(0), of: 0)
///     …
///     let root = try builder.sum([first, second], weights: [0.25, 0.75])
///     let circuit = try builder.build(root: root)
public struct CircuitBuilder: Sendable {
    /// How far from 1 a sum of weights or masses may be: what 32-bit training leaves.
    public static let tolerance = 1e-6

    /// Values of each variable: variable `v` is one of `0 ..< alphabets[v]`.
    public let alphabets: [Int]
    var nodes: [Definition] = []

    enum Definition: Sendable {
        case input(variable: Int, InputDistribution)
        case product([Int])
        case sum([Int], weights: [Double])

        var children: [Int] {
            switch self {
            case .input: []
            case .product(let children), .sum(let children, _): children
            }
        }
    }

    /// - Throws: ``CircuitError/noVariables``, ``CircuitError/alphabetOutOfRange(variable:alphabet:)``.
    public init(alphabets: [Int]) throws(CircuitError) {
        guard !alphabets.isEmpty else { throw .noVariables }
        for (variable, alphabet) in alphabets.enumerated() where !(1...65536).contains(alphabet) {
            throw .alphabetOutOfRange(variable: variable, alphabet: alphabet)
        }
        self.alphabets = alphabets
    }

    /// An input node: a distribution of one variable.
    public mutating func input(_ distribution: InputDistribution, of variable: Int) throws(CircuitError) -> CircuitNode {
        guard alphabets.indices.contains(variable) else {
            throw .unknownVariable(variable, count: alphabets.count)
        }
        try distribution.check(variable: variable, alphabet: alphabets[variable])
        return define(.input(variable: variable, distribution))
    }

    /// The product of `children`, which must depend on different variables.
    public mutating func product(_ children: [CircuitNode]) throws(CircuitError) -> CircuitNode {
        guard !children.isEmpty else { throw .emptyProduct }
        return define(.product(try indices(of: children)))
    }

    /// The mixture of `children`, which must depend on the same variables.
    ///
    /// - Parameter weights: one per child, not negative, sum 1.
    public mutating func sum(_ children: [CircuitNode], weights: [Double]) throws(CircuitError) -> CircuitNode {
        guard !children.isEmpty else { throw .emptySum }
        guard weights.count == children.count else {
            throw .weightCount(found: weights.count, children: children.count)
        }
        try Self.checkNormalised(weights)
        return define(.sum(try indices(of: children), weights: weights))
    }

    /// Checks the structure below `root` and compiles it; nodes that it does not reach are left out.
    ///
    /// - Throws: ``CircuitError/notSmooth(node:)``, ``CircuitError/notDecomposable(node:variable:)``,
    ///   ``CircuitError/uncoveredVariable(_:)``, ``CircuitError/tooLarge(scopeBits:limit:)``.
    /// - Complexity: O(edges · variables / 64).
    public func build(root: CircuitNode) throws(CircuitError) -> Circuit {
        let root = try indices(of: [root])[0]
        let used = reached(from: root)
        try Scopes.check(self, used: used, root: root)
        return Circuit(compiling: self, used: used)
    }

    private mutating func define(_ node: Definition) -> CircuitNode {
        nodes.append(node)
        return CircuitNode(index: nodes.count - 1)
    }

    private func indices(of children: [CircuitNode]) throws(CircuitError) -> [Int] {
        for child in children where !nodes.indices.contains(child.index) {
            throw .unknownNode(child.index, defined: nodes.count)
        }
        return children.map(\.index)
    }

    /// Whether a path leads from the root to each node up to the root.
    private func reached(from root: Int) -> [Bool] {
        var used = [Bool](repeating: false, count: nodes.count)
        used[root] = true
        for node in stride(from: root, through: 0, by: -1) where used[node] {
            for child in nodes[node].children { used[child] = true }
        }
        return used
    }

    static func checkNormalised(_ weights: [Double]) throws(CircuitError) {
        for weight in weights where !(weight >= 0 && weight.isFinite) { throw .invalidWeight(weight) }
        let sum = weights.reduce(0, +)
        guard abs(sum - 1) <= tolerance else { throw .notNormalised(sum: sum) }
    }
}
