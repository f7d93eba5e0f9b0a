/// A tree of hidden states, one per variable, each of which emits its variable's value.
///
///     z(root) ──► z(child) ──► …        hidden, one of `states`
///        │           │
///        ▼           ▼
///     x(root)     x(child)              seen, one of `alphabet`
///
/// With a Chow-Liu tree over the variables (Chow & Liu 1968) it is the circuit family that codes small images well
/// (Liu, Mandt, Van den Broeck, "Lossless compression with probabilistic circuits", ICLR 2022).
public struct HiddenChowLiuTree: Hashable, Sendable {
    public let shape: TreeShape
    /// `[states]`: the root's state.
    public let initial: [Double]
    /// `[variable][state of the parent][state]`, rows of sum 1; those of the root are not looked at.
    public let transitions: [Double]
    /// `[variable][state][value]`, rows of sum 1.
    public let emissions: [Double]

    /// - Throws: ``CircuitError/tableSize(found:expected:)``, ``CircuitError/notNormalised(sum:)``,
    ///   ``CircuitError/invalidWeight(_:)``.
    public init(
        shape: TreeShape, initial: [Double], transitions: [Double], emissions: [Double]
    ) throws(CircuitError) {
        try shape.checkSize(of: initial, shape.states)
        try shape.checkSize(of: transitions, shape.variableCount * shape.states * shape.states)
        try shape.checkSize(of: emissions, shape.variableCount * shape.states * shape.alphabet)
        self.shape = shape
        self.initial = initial
        self.transitions = transitions
        self.emissions = emissions
        try CircuitBuilder.checkNormalised(initial)
        for variable in 0..<shape.variableCount {
            for state in 0..<shape.states {
                if variable != shape.root {
                    try CircuitBuilder.checkNormalised(Array(transition(to: variable, from: state)))
                }
                try CircuitBuilder.checkNormalised(Array(emission(of: variable, in: state)))
            }
        }
    }

    /// `[state]`: where the hidden state of `variable` goes from a state of its parent.
    func transition(to variable: Int, from state: Int) -> ArraySlice<Double> {
        let start = (variable * shape.states + state) * shape.states
        return transitions[start..<start + shape.states]
    }

    /// `[value]`: what `variable` is in a hidden state.
    func emission(of variable: Int, in state: Int) -> ArraySlice<Double> {
        let start = (variable * shape.states + state) * shape.alphabet
        return emissions[start..<start + shape.alphabet]
    }
}
