extension HiddenChowLiuTree {
    /// The tree in integers: every row rounded to 65 535 parts, its greatest entry taking what rounding leaves over.
    public func integers() throws(CircuitError) -> IntegerTree {
        let states = shape.states
        var rows: [UInt16] = []
        for variable in 0..<shape.variableCount {
            for state in 0..<states {
                rows += variable == shape.root
                    ? [UInt16](repeating: 0, count: states) : Self.parts(transition(to: variable, from: state))
            }
        }
        var masses: [UInt16] = []
        for variable in 0..<shape.variableCount {
            for state in 0..<states { masses += Self.parts(emission(of: variable, in: state)) }
        }
        return try IntegerTree(shape: shape, initial: Self.parts(initial[...]), transitions: rows, emissions: masses)
    }

    /// Rounding moves each of n entries by at most a half, and the greatest entry is at least 65 535 / n: enough for
    /// n up to 361.
    private static func parts(_ row: ArraySlice<Double>) -> [UInt16] {
        var parts = row.map { Int(($0 * 65535).rounded()) }
        let left = 65535 - parts.reduce(0, +)
        if let greatest = parts.indices.max(by: { parts[$0] < parts[$1] }) { parts[greatest] += left }
        return parts.map { UInt16(clamping: $0) }
    }
}
