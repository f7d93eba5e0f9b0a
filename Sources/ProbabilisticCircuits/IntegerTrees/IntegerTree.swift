/// A hidden Chow-Liu tree in integers: what encoder and decoder must agree on, bit for bit.
///
/// Every row of probabilities is a row of 16-bit integers of sum 65 535. States are padded to ``width``, a multiple of
/// 16, with zeros that never become anything else. Immutable, so that threads can share it; the working memory of one
/// walk is a ``TreeWalker``.
public struct IntegerTree: Hashable, Sendable {
    public let shape: TreeShape
    /// States of a row with padding.
    let width: Int
    /// `[width]`, sum 65 535.
    let initial: [UInt16]
    /// `[variable][state of the parent, width][state, width]`, each real row of sum 65 535.
    let transitions: [UInt16]
    /// `[variable][state, width][state of the parent, width]`: for what goes up.
    let transposed: [UInt16]
    /// `[variable][0 ... alphabet][width]`: the mass of all values below, 0 at first and 65 535 at last.
    let cumulatives: [UInt16]
    /// `[position in the walk]`.
    let steps: [Step]
    /// Positions in the walk of variables whose messages go up between two steps, in that order.
    let closings: [Int32]

    /// What to do at one variable of the walk.
    struct Step: Hashable, Sendable {
        let variable: Int32
        /// Distance from the root: where the variable's messages are kept while its subtree is walked.
        let depth: Int32
        let isLeaf: Bool
        /// Whether a sibling follows, which has to know what was seen below this variable.
        let informsSiblings: Bool
        /// Whether anything outside the parent's subtree has to know.
        let informsAbove: Bool
        /// `closings` after the variable is coded.
        let closings: Range<Int32>

        var sendsUp: Bool { informsSiblings || informsAbove }
    }

    /// - Parameters:
    ///   - initial: `[states]`, sum 65 535.
    ///   - transitions: `[variable][state of the parent][state]`, rows of sum 65 535; the root's are not looked at.
    ///   - emissions: `[variable][state][value]`, rows of sum 65 535.
    /// - Throws: ``CircuitError/tableSize(found:expected:)``, ``CircuitError/rowSum(found:)``.
    public init(
        shape: TreeShape, initial: [UInt16], transitions: [UInt16], emissions: [UInt16]
    ) throws(CircuitError) {
        let states = shape.states
        try shape.checkSize(of: initial, states)
        try shape.checkSize(of: transitions, shape.variableCount * states * states)
        try shape.checkSize(of: emissions, shape.variableCount * states * shape.alphabet)
        let width = (states + 15) / 16 * 16
        self.shape = shape
        self.width = width
        try Self.checkSum(initial[...])
        self.initial = initial + [UInt16](repeating: 0, count: width - states)

        var padded = [UInt16](repeating: 0, count: shape.variableCount * width * width)
        for variable in 0..<shape.variableCount where variable != shape.root {
            for state in 0..<states {
                let row = transitions[(variable * states + state) * states..<(variable * states + state + 1) * states]
                try Self.checkSum(row)
                for (next, mass) in row.enumerated() { padded[(variable * width + state) * width + next] = mass }
            }
        }
        self.transitions = padded
        transposed = Self.transposed(padded, width: width)
        cumulatives = try Self.cumulatives(of: emissions, shape, width: width)
        (steps, closings) = Self.walk(shape)
    }

    private static func checkSum(_ row: ArraySlice<UInt16>) throws(CircuitError) {
        let sum = row.reduce(0) { $0 + Int($1) }
        guard sum == 65535 else { throw .rowSum(found: sum) }
    }

    private static func transposed(_ tables: [UInt16], width: Int) -> [UInt16] {
        var result = tables
        for start in stride(from: 0, to: tables.count, by: width * width) {
            for row in 0..<width {
                for column in 0..<width { result[start + column * width + row] = tables[start + row * width + column] }
            }
        }
        return result
    }

    private static func cumulatives(
        of emissions: [UInt16], _ shape: TreeShape, width: Int
    ) throws(CircuitError) -> [UInt16] {
        let alphabet = shape.alphabet
        var result = [UInt16](repeating: 0, count: shape.variableCount * (alphabet + 1) * width)
        for variable in 0..<shape.variableCount {
            for state in 0..<shape.states {
                let row = emissions[(variable * shape.states + state) * alphabet..<(variable * shape.states + state + 1) * alphabet]
                try checkSum(row)
                var sum: UInt16 = 0
                for (value, mass) in row.enumerated() {
                    sum += mass
                    result[(variable * (alphabet + 1) + value + 1) * width + state] = sum
                }
            }
        }
        return result
    }

    /// The steps of the walk: messages go up only where something that is coded later depends on them.
    private static func walk(_ shape: TreeShape) -> (steps: [Step], closings: [Int32]) {
        var depths = [Int32](repeating: 0, count: shape.variableCount)
        var positions = depths
        var informsSiblings = [Bool](repeating: false, count: shape.variableCount)
        var sendsUp = informsSiblings
        var steps: [Step] = []
        var closings: [Int32] = []
        for (position, variable) in shape.order.enumerated() {
            positions[variable] = Int32(position)
            let parent = shape.parents[variable]
            if let parent {
                depths[variable] = depths[parent] + 1
                informsSiblings[variable] = shape.children(of: parent).last != variable
                sendsUp[variable] = informsSiblings[variable] || sendsUp[parent]
            }
            let first = Int32(closings.count)
            let isLeaf = shape.children(of: variable).isEmpty
            if isLeaf {
                // The subtrees that end here, from the inside out, up to the parent of what comes next.
                let next = position + 1 < shape.order.count ? shape.parents[shape.order[position + 1]] : nil
                var closed: Int? = variable
                while let ended = closed, ended != next, sendsUp[ended] {
                    closings.append(positions[ended])
                    closed = shape.parents[ended]
                }
            }
            steps.append(
                Step(
                    variable: Int32(variable), depth: depths[variable], isLeaf: isLeaf,
                    informsSiblings: informsSiblings[variable], informsAbove: parent.map { sendsUp[$0] } ?? false,
                    closings: first..<Int32(closings.count)))
        }
        return (steps, closings)
    }
}
