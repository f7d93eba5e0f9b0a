/// A rooted tree over variables, how many hidden states each has, and the order in which it is walked.
public struct TreeShape: Hashable, Sendable {
    public static let maximumStates = 64

    /// `[variable]`; `nil` for the root.
    public let parents: [Int?]
    /// Hidden states of every variable, 1 … 64.
    public let states: Int
    /// Values of every variable, 1 … 256.
    public let alphabet: Int
    /// All variables, depth first: every variable follows its parent, and its descendants follow it without a gap.
    /// Children of one parent are in the order of their subtrees' sizes, great ones last.
    public let order: [Int]

    public let root: Int
    private let childStart: [Int]
    private let childList: [Int]

    public var variableCount: Int { parents.count }

    /// - Throws: ``CircuitError/notATree(variable:)`` unless all variables lead to one root, and errors for numbers out
    ///   of range.
    /// - Complexity: O(n log n).
    public init(parents: [Int?], states: Int, alphabet: Int) throws(CircuitError) {
        guard !parents.isEmpty else { throw .noVariables }
        guard (1...Self.maximumStates).contains(states) else { throw .stateCountOutOfRange(states) }
        guard (1...256).contains(alphabet) else { throw .alphabetOutOfRange(variable: 0, alphabet: alphabet) }
        let root = try Self.root(of: parents)
        let (unsortedStart, unsorted) = Self.childLists(parents)
        let sweep = Self.preorder(root, unsortedStart, unsorted)
        // Whoever is not reached is on a cycle or below one.
        guard sweep.count == parents.count else {
            let reached = Set(sweep)
            throw .notATree(variable: parents.indices.first { !reached.contains($0) } ?? root)
        }
        var sizes = [Int](repeating: 1, count: parents.count)
        for variable in sweep.reversed() {
            if let parent = parents[variable] { sizes[parent] += sizes[variable] }
        }
        var list = unsorted
        for variable in parents.indices {
            list[unsortedStart[variable]..<unsortedStart[variable + 1]].sort { (sizes[$0], $0) < (sizes[$1], $1) }
        }
        self.parents = parents
        self.states = states
        self.alphabet = alphabet
        self.root = root
        childStart = unsortedStart
        childList = list
        order = Self.preorder(root, unsortedStart, list)
    }

    /// In the order of the walk.
    public func children(of variable: Int) -> ArraySlice<Int> {
        childList[childStart[variable]..<childStart[variable + 1]]
    }

    func checkSize(of table: [some Any], _ expected: Int) throws(CircuitError) {
        guard table.count == expected else { throw .tableSize(found: table.count, expected: expected) }
    }

    /// Whether these are `[sample][variable]` with values of the alphabet.
    func check(_ samples: [UInt8]) throws(CircuitError) {
        guard samples.count % variableCount == 0 else {
            throw .sampleCount(found: samples.count, variables: variableCount)
        }
        for (position, value) in samples.enumerated() where Int(value) >= alphabet {
            throw .valueOutsideAlphabet(variable: position % variableCount, value: Int(value), alphabet: alphabet)
        }
    }

    private static func root(of parents: [Int?]) throws(CircuitError) -> Int {
        var root: Int?
        for (variable, parent) in parents.enumerated() {
            if let parent {
                guard parents.indices.contains(parent) else { throw .unknownVariable(parent, count: parents.count) }
            } else {
                guard root == nil else { throw .notATree(variable: variable) }
                root = variable
            }
        }
        guard let root else { throw .notATree(variable: 0) }
        return root
    }

    /// Where each variable's children begin, and the children.
    private static func childLists(_ parents: [Int?]) -> (start: [Int], list: [Int]) {
        var start = [Int](repeating: 0, count: parents.count + 1)
        for case let parent? in parents { start[parent + 1] += 1 }
        for variable in parents.indices { start[variable + 1] += start[variable] }
        var next = start
        var list = [Int](repeating: 0, count: start[parents.count])
        for (variable, parent) in parents.enumerated() {
            guard let parent else { continue }
            list[next[parent]] = variable
            next[parent] += 1
        }
        return (start, list)
    }

    private static func preorder(_ root: Int, _ start: [Int], _ list: [Int]) -> [Int] {
        var order: [Int] = []
        var open = [root]
        while let variable = open.popLast() {
            order.append(variable)
            open += list[start[variable]..<start[variable + 1]].reversed()
        }
        return order
    }
}
