/// Which variables each node depends on, as rows of bits; smoothness and decomposability are statements about them
/// (Choi, Vergari, Van den Broeck, "Probabilistic Circuits", 2020, §3).
struct Scopes {
    /// `[node][words]`, a bit per variable.
    private var bits: [UInt64]
    private let words: Int

    private init(nodes: Int, variables: Int) {
        words = (variables + 63) / 64
        bits = [UInt64](repeating: 0, count: nodes * words)
    }

    /// Checks every node that the root reaches.
    static func check(_ builder: CircuitBuilder, used: [Bool], root: Int) throws(CircuitError) {
        let variables = builder.alphabets.count
        let needed = (root + 1).multipliedReportingOverflow(by: (variables + 63) / 64 * 64)
        guard !needed.overflow, needed.partialValue <= Circuit.maximumScopeBits else {
            throw .tooLarge(scopeBits: needed.overflow ? .max : needed.partialValue, limit: Circuit.maximumScopeBits)
        }
        var scopes = Scopes(nodes: root + 1, variables: variables)
        for node in 0...root where used[node] {
            switch builder.nodes[node] {
            case .input(let variable, _): scopes.bits[node * scopes.words + variable / 64] = 1 << (variable % 64)
            case .product(let children): try scopes.join(children, node: node)
            case .sum(let children, _): try scopes.share(children, node: node)
            }
        }
        for variable in 0..<variables where scopes.bits[root * scopes.words + variable / 64] >> (variable % 64) & 1 == 0 {
            throw .uncoveredVariable(variable)
        }
    }

    /// A product's scope is the disjoint union of its children's.
    private mutating func join(_ children: [Int], node: Int) throws(CircuitError) {
        for child in children {
            for word in 0..<words {
                let own = bits[node * words + word]
                let other = bits[child * words + word]
                guard own & other == 0 else {
                    throw .notDecomposable(node: node, variable: word * 64 + (own & other).trailingZeroBitCount)
                }
                bits[node * words + word] = own | other
            }
        }
    }

    /// A sum's children all have its scope.
    private mutating func share(_ children: [Int], node: Int) throws(CircuitError) {
        for word in 0..<words {
            let scope = bits[children[0] * words + word]
            for child in children where bits[child * words + word] != scope { throw .notSmooth(node: node) }
            bits[node * words + word] = scope
        }
    }
}
