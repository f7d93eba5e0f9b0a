#if canImport(Glibc)
    internal import Glibc
#else
    internal import Foundation
#endif

/// All input nodes of a circuit, one array per property.
struct InputLayer: Hashable, Sendable {
    enum Kind: UInt8, Hashable, Sendable { case literal, categorical, gaussian, logistic }

    private(set) var kinds: [Kind] = []
    private(set) var variables: [Int32] = []
    private(set) var alphabets: [Int32] = []
    /// Where an input's numbers begin: a value, or masses, or a location and a spread.
    private(set) var starts: [Int] = []
    private(set) var parameters: [Double] = []

    var count: Int { kinds.count }

    mutating func append(_ distribution: InputDistribution, of variable: Int, alphabet: Int) {
        variables.append(Int32(variable))
        alphabets.append(Int32(alphabet))
        starts.append(parameters.count)
        switch distribution {
        case .literal(let value):
            kinds.append(.literal)
            parameters.append(Double(value))
        case .categorical(let masses):
            kinds.append(.categorical)
            parameters += masses
        case .gaussian(let mean, let deviation):
            kinds.append(.gaussian)
            parameters += [mean, deviation]
        case .logistic(let mean, let scale):
            kinds.append(.logistic)
            parameters += [mean, scale]
        }
    }

    func variable(_ input: Int) -> Int { Int(variables[input]) }
    func alphabet(_ input: Int) -> Int { Int(alphabets[input]) }

    /// What was appended.
    func distribution(_ input: Int) -> InputDistribution {
        let start = starts[input]
        switch kinds[input] {
        case .literal: return .literal(Int(parameters[start]))
        case .categorical: return .categorical(Array(parameters[start..<start + alphabet(input)]))
        case .gaussian: return .gaussian(mean: parameters[start], deviation: parameters[start + 1])
        case .logistic: return .logistic(mean: parameters[start], scale: parameters[start + 1])
        }
    }

    /// The probability of `value`.
    func mass(_ input: Int, of value: Int) -> Double {
        let start = starts[input]
        switch kinds[input] {
        case .literal: return Int(parameters[start]) == value ? 1 : 0
        case .categorical: return parameters[start + value]
        case .gaussian: return cell(input, value) { erfc($0 / 2.0.squareRoot()) / 2 }
        case .logistic: return cell(input, value) { 1 / (1 + exp($0)) }
        }
    }

    /// The mass between half a step below and half a step above, as a difference of tails on the side where they
    /// are small, so that it is exact far from the mean.
    private func cell(_ input: Int, _ value: Int, tail: (Double) -> Double) -> Double {
        let location = parameters[starts[input]]
        let spread = parameters[starts[input] + 1]
        let low = value == 0 ? -Double.infinity : (Double(value) - 0.5 - location) / spread
        let high = value == alphabet(input) - 1 ? Double.infinity : (Double(value) + 0.5 - location) / spread
        if low > 0 { return tail(low) - tail(high) }
        if high < 0 { return tail(-high) - tail(-low) }
        return 1 - tail(-low) - tail(high)
    }

    /// Values among which the most probable one is.
    func modeCandidates(_ input: Int) -> [Int] {
        let last = alphabet(input) - 1
        let location = parameters[starts[input]]
        switch kinds[input] {
        case .literal: return [Int(location)]
        case .categorical: return Array(0...last)
        case .gaussian, .logistic: return [0, Int(min(max(location, 0), Double(last)).rounded()), last]
        }
    }
}
