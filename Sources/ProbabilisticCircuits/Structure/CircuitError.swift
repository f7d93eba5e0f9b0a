/// Why nodes are no circuit, or a question has no answer. Nodes are named by ``CircuitNode/index``.
public enum CircuitError: Error, Hashable, Sendable {
    /// A circuit needs at least one variable.
    case noVariables
    /// Alphabets have 1 … 65 536 values.
    case alphabetOutOfRange(variable: Int, alphabet: Int)
    case unknownVariable(Int, count: Int)
    /// A node that is not defined yet: children come before their parents, so there are no cycles.
    case unknownNode(Int, defined: Int)
    case emptySum
    case emptyProduct
    case weightCount(found: Int, children: Int)
    case massCount(found: Int, alphabet: Int)
    /// A weight or mass is negative, infinite or not a number.
    case invalidWeight(Double)
    /// A mean that is not finite, or a spread that is not finite and positive.
    case invalidShape(location: Double, spread: Double)
    case valueOutsideAlphabet(variable: Int, value: Int, alphabet: Int)
    /// Weights or masses do not sum to 1 within ``CircuitBuilder/tolerance``.
    case notNormalised(sum: Double)
    /// Children of a sum depend on different variables.
    case notSmooth(node: Int)
    /// Two children of a product depend on the same variable.
    case notDecomposable(node: Int, variable: Int)
    /// The root does not depend on this variable.
    case uncoveredVariable(Int)
    /// Checking the structure would take more memory than ``Circuit/maximumScopeBits`` allows.
    case tooLarge(scopeBits: Int, limit: Int)
    /// Evidence names another number of variables than the circuit has.
    case evidenceCount(found: Int, variables: Int)
    /// Nothing can be conditioned on what has probability 0.
    case impossibleEvidence
    /// No tree: a variable's ancestors do not end at the one root.
    case notATree(variable: Int)
    /// A tree has 1 … 64 hidden states.
    case stateCountOutOfRange(Int)
    /// A table of a tree has another length than its shape says.
    case tableSize(found: Int, expected: Int)
    /// A row of an integer table does not sum to 65 535.
    case rowSum(found: Int)
    /// Samples are not a whole number of times the variables.
    case sampleCount(found: Int, variables: Int)
    /// All weights of a row are 0.
    case weightlessRow(TreeTable, variable: Int, state: Int)
    /// More variables than the file of a tree can name.
    case tooManyVariables(Int, limit: Int)
}

/// A table of a tree; the raw value is its name for people.
public enum TreeTable: String, Hashable, Sendable {
    case initial = "initial masses"
    case transitions
    case emissions
}
