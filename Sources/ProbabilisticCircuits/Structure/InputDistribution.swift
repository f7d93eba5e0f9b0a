/// The distribution of an input node over one variable's values `0 ..< alphabet`.
public enum InputDistribution: Hashable, Sendable {
    /// All mass on one value.
    case literal(Int)
    /// A mass for every value: `[alphabet]`, sum 1.
    case categorical([Double])
    /// A Gaussian integrated over cells of width 1; the outermost values take the tails.
    case gaussian(mean: Double, deviation: Double)
    /// A logistic distribution integrated over cells of width 1; the outermost values take the tails.
    case logistic(mean: Double, scale: Double)

    /// - Throws: ``CircuitError`` for values, masses or shapes that are none.
    func check(variable: Int, alphabet: Int) throws(CircuitError) {
        switch self {
        case .literal(let value):
            guard (0..<alphabet).contains(value) else {
                throw .valueOutsideAlphabet(variable: variable, value: value, alphabet: alphabet)
            }
        case .categorical(let masses):
            guard masses.count == alphabet else { throw .massCount(found: masses.count, alphabet: alphabet) }
            try CircuitBuilder.checkNormalised(masses)
        case .gaussian(let location, let spread), .logistic(let location, let spread):
            guard location.isFinite, spread.isFinite, spread > 0 else {
                throw .invalidShape(location: location, spread: spread)
            }
        }
    }
}
