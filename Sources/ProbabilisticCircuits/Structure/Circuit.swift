#if canImport(Glibc)
    internal import Glibc
#else
    internal import Foundation
#endif

/// A smooth, decomposable, normalised probabilistic circuit: a distribution over discrete variables in which
/// likelihoods, marginals and conditionals take one or two passes over the edges.
///
/// Made by a ``CircuitBuilder`` or read with ``init(bytes:)``. It is a value: flat arrays, no objects, safe to share.
/// Nodes are renumbered by layers, children always before parents and the root last:
///
///     0 ………… inputs | products of depth 1 | sums of depth 1 | products of depth 2 | … | root
///              children[childStart[n - inputs] ..< childStart[n - inputs + 1]],  weights beside them
///
/// |p| in what follows is ``edgeCount`` plus the number of inputs. After Choi, Vergari, Van den Broeck,
/// "Probabilistic Circuits: A Unifying Framework for Tractable Probabilistic Models", 2020.
public struct Circuit: Hashable, Sendable {
    /// The most memory, in bits, that the check of a structure may take: nodes times variables.
    public static let maximumScopeBits = 1 << 30

    /// Variable `v` is one of `0 ..< alphabets[v]`.
    public let alphabets: [Int]
    let inputs: InputLayer
    let layers: [CircuitLayer]
    /// `[inner nodes + 1]`, positions in `children`.
    let childStart: [Int32]
    /// `[edges]`.
    let children: [Int32]
    /// `[edges]`; 1 for the children of products.
    let weights: [Double]
    /// `[edges]`, natural logarithms of `weights`.
    let logWeights: [Double]

    public var variableCount: Int { alphabets.count }
    public var nodeCount: Int { inputs.count + childStart.count - 1 }
    public var edgeCount: Int { children.count }
    /// Steps from the inputs to the root that have to be taken one after the other.
    public var layerCount: Int { layers.count }

    var root: Int { nodeCount - 1 }

    /// Positions of an inner node's edges.
    func edges(of node: Int) -> Range<Int> {
        Int(childStart[node - inputs.count])..<Int(childStart[node - inputs.count + 1])
    }
}

/// Nodes of one kind that need only earlier layers.
struct CircuitLayer: Hashable, Sendable {
    enum Kind: Hashable, Sendable { case product, sum }
    let kind: Kind
    let nodes: Range<Int>
}

extension Circuit {
    /// Renumbers the nodes of a checked structure by layers.
    init(compiling builder: CircuitBuilder, used: [Bool]) {
        let keys = Self.layerKeys(of: builder, used: used)
        let order = used.indices.filter { used[$0] }.sorted { (keys[$0], $0) < (keys[$1], $1) }
        var number = [Int32](repeating: -1, count: used.count)
        for (position, node) in order.enumerated() { number[node] = Int32(position) }

        var inputs = InputLayer()
        var layers: [CircuitLayer] = []
        var childStart: [Int32] = [0], children: [Int32] = [], weights: [Double] = []
        for (position, node) in order.enumerated() {
            switch builder.nodes[node] {
            case .input(let variable, let distribution):
                inputs.append(distribution, of: variable, alphabet: builder.alphabets[variable])
                continue
            case .product(let nodes):
                children += nodes.map { number[$0] }
                weights += nodes.map { _ in 1 }
            case .sum(let nodes, let nodeWeights):
                children += nodes.map { number[$0] }
                weights += nodeWeights
            }
            childStart.append(Int32(children.count))
            if position > inputs.count, keys[order[position - 1]] == keys[node], let last = layers.popLast() {
                layers.append(CircuitLayer(kind: last.kind, nodes: last.nodes.lowerBound..<position + 1))
            } else {
                layers.append(CircuitLayer(kind: keys[node] % 2 == 0 ? .product : .sum, nodes: position..<position + 1))
            }
        }
        self.init(
            alphabets: builder.alphabets, inputs: inputs, layers: layers, childStart: childStart, children: children,
            weights: weights, logWeights: weights.map { log($0) })
    }

    /// Twice the depth, one more for sums; 0 for inputs.
    private static func layerKeys(of builder: CircuitBuilder, used: [Bool]) -> [Int] {
        var keys = [Int](repeating: 0, count: used.count)
        for node in used.indices where used[node] {
            let depth = (builder.nodes[node].children.map { keys[$0] / 2 }.max() ?? -1) + 1
            if case .sum = builder.nodes[node] { keys[node] = 2 * depth + 1 } else { keys[node] = 2 * depth }
        }
        return keys
    }
}
