/// A hidden Chow-Liu tree as it is kept in a file (SPEC §15): its shape, and rows of weights on a logarithmic scale.
///
///     let file = try TreeFile(bytes: bytes)
///     let coder = try file.integers()         // codes, and is the same everywhere
///     let model = try file.tree()             // answers in floating point
///
/// A weight is a byte c: 2^(−c/16) of the greatest possible, or nothing for 255. A row stands for its weights divided by
/// their sum, which is not 0.
public struct TreeFile: Hashable, Sendable {
    public let shape: TreeShape
    /// `[states]`: the root's state.
    public let initial: [UInt8]
    /// `[variable][state of the parent][state]`; those of the root are not looked at.
    public let transitions: [UInt8]
    /// `[variable][state][value]`.
    public let emissions: [UInt8]

    /// - Throws: ``CircuitError/tableSize(found:expected:)``, ``CircuitError/weightlessRow(_:variable:state:)``.
    public init(
        shape: TreeShape, initial: [UInt8], transitions: [UInt8], emissions: [UInt8]
    ) throws(CircuitError) {
        let states = shape.states
        try shape.checkSize(of: initial, states)
        try shape.checkSize(of: transitions, shape.variableCount * states * states)
        try shape.checkSize(of: emissions, shape.variableCount * states * shape.alphabet)
        self.shape = shape
        self.initial = initial
        self.transitions = transitions
        self.emissions = emissions
        if Self.firstWeightless(initial, length: states) != nil {
            throw .weightlessRow(.initial, variable: shape.root, state: 0)
        }
        let rootRows = shape.root * states..<(shape.root + 1) * states
        if let row = Self.firstWeightless(transitions, length: states, except: rootRows) {
            throw .weightlessRow(.transitions, variable: row / states, state: row % states)
        }
        if let row = Self.firstWeightless(emissions, length: shape.alphabet) {
            throw .weightlessRow(.emissions, variable: row / states, state: row % states)
        }
    }

    /// The number of the first row, of so many codes each, that has no weight.
    private static func firstWeightless(_ table: [UInt8], length: Int, except skipped: Range<Int> = 0..<0) -> Int? {
        (0..<table.count / length).first { row in
            !skipped.contains(row) && table[row * length..<(row + 1) * length].allSatisfy { $0 == WeightCode.zero }
        }
    }

    /// The tree that codes: every row as parts of 65 535, in integer arithmetic.
    ///
    /// - Complexity: O(variables · states · (states + alphabet)) time and memory, as ``tree()``.
    public func integers() throws(CircuitError) -> IntegerTree {
        // Only the root's transitions may be no row.
        func parts(_ table: [UInt8], length: Int) -> [UInt16] {
            Self.rows(of: table, length: length) { WeightCode.parts($0) ?? [UInt16](repeating: 0, count: length) }
        }
        return try IntegerTree(
            shape: shape, initial: parts(initial, length: shape.states),
            transitions: parts(transitions, length: shape.states), emissions: parts(emissions, length: shape.alphabet))
    }

    /// The tree in floating point: weights divided by their sums, without the rounding to parts of ``integers()``.
    public func tree() throws(CircuitError) -> HiddenChowLiuTree {
        func masses(_ table: [UInt8], length: Int) -> [Double] {
            Self.rows(of: table, length: length) { row in
                let weights = row.map { Double(WeightCode.weights[Int($0)]) }
                let sum = weights.reduce(0, +)
                return weights.map { $0 / max(1, sum) }
            }
        }
        return try HiddenChowLiuTree(
            shape: shape, initial: masses(initial, length: shape.states),
            transitions: masses(transitions, length: shape.states), emissions: masses(emissions, length: shape.alphabet))
    }

    private static func rows<Number>(
        of table: [UInt8], length: Int, _ convert: (ArraySlice<UInt8>) -> [Number]
    ) -> [Number] {
        var result: [Number] = []
        result.reserveCapacity(table.count)
        for start in stride(from: 0, to: table.count, by: length) { result += convert(table[start..<start + length]) }
        return result
    }
}
