/// What is known of one variable.
public enum Observation: Hashable, Sendable {
    /// Nothing: the variable is summed out.
    case missing
    case value(Int)
    /// How likely what was seen is for each value: `[alphabet]`, not negative.
    case likelihood([Double])
}

/// What is known of every variable of a circuit, in the order of its variables.
public struct Evidence: Hashable, Sendable {
    public var observations: [Observation]

    public init(_ observations: [Observation]) {
        self.observations = observations
    }

    /// Nothing is known of `variables` variables.
    public init(variables: Int) {
        observations = [Observation](repeating: .missing, count: variables)
    }

    /// `nil` stands for a missing value.
    public init(values: [Int?]) {
        observations = values.map { value in value.map { .value($0) } ?? .missing }
    }

    /// - Throws: evidence that is not about this circuit's variables.
    func check(for circuit: Circuit) throws(CircuitError) {
        guard observations.count == circuit.variableCount else {
            throw .evidenceCount(found: observations.count, variables: circuit.variableCount)
        }
        for (variable, alphabet) in circuit.alphabets.enumerated() {
            switch observations[variable] {
            case .missing: break
            case .value(let value):
                guard (0..<alphabet).contains(value) else {
                    throw .valueOutsideAlphabet(variable: variable, value: value, alphabet: alphabet)
                }
            case .likelihood(let masses):
                guard masses.count == alphabet else { throw .massCount(found: masses.count, alphabet: alphabet) }
                for mass in masses where !(mass >= 0 && mass.isFinite) { throw .invalidWeight(mass) }
            }
        }
    }
}

extension InputLayer {
    /// What the observation says times the mass of `value`.
    func mass(_ input: Int, of value: Int, observing observation: Observation) -> Double {
        switch observation {
        case .missing: mass(input, of: value)
        case .value(let seen): seen == value ? mass(input, of: value) : 0
        case .likelihood(let likelihood): likelihood[value] * mass(input, of: value)
        }
    }

    /// The probability of the observation.
    func mass(_ input: Int, of observation: Observation) -> Double {
        switch observation {
        case .missing: 1
        case .value(let value): mass(input, of: value)
        case .likelihood: (0..<alphabet(input)).reduce(0) { $0 + mass(input, of: $1, observing: observation) }
        }
    }
}
