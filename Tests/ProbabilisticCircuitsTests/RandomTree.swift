import Foundation
import ProbabilisticCircuits
import TestSupport

/// Hidden Chow-Liu trees of random tables, and samples from them.
struct RandomTree: CustomStringConvertible, Sendable {
    enum Form: String, CaseIterable { case chain, star, random }

    var form: Form
    var variables: Int
    var states: Int
    var alphabet: Int
    /// Rows are powers of random numbers: 1 is nearly even, 12 has a few great entries.
    var sharpness = 4.0
    var seed: UInt64

    var description: String {
        "\(form) of \(variables) variables, \(states) states, \(alphabet) values, sharpness \(sharpness), seed \(seed)"
    }

    func shape(_ generator: inout SeededGenerator) throws -> TreeShape {
        // The root is any of the variables, and parents may have greater numbers than their children.
        let names = Array(0..<variables).shuffled(using: &generator)
        var parents = [Int?](repeating: nil, count: variables)
        for position in 1..<max(1, variables) {
            let parent =
                switch form {
                case .chain: position - 1
                case .star: 0
                case .random: Int.random(in: 0..<position, using: &generator)
                }
            parents[names[position]] = names[parent]
        }
        return try TreeShape(parents: parents, states: states, alphabet: alphabet)
    }

    func make() throws -> HiddenChowLiuTree {
        var generator = SeededGenerator(seed: seed)
        func rows(_ count: Int, of length: Int) -> [Double] {
            (0..<count).flatMap { _ in row(length, &generator) }
        }
        return try HiddenChowLiuTree(
            shape: shape(&generator), initial: row(states, &generator),
            transitions: rows(variables * states, of: states), emissions: rows(variables * states, of: alphabet))
    }

    private func row(_ length: Int, _ generator: inout SeededGenerator) -> [Double] {
        let raw = (0..<length).map { _ in pow(Double.random(in: 0.001...1, using: &generator), sharpness) }
        let sum = raw.reduce(0, +)
        return raw.map { $0 / sum }
    }

    /// `[count][variable]` samples of a tree.
    static func samples(_ tree: HiddenChowLiuTree, count: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        func draw(_ row: ArraySlice<Double>) -> Int {
            var left = Double.random(in: 0..<1, using: &generator)
            for (position, mass) in row.enumerated() {
                left -= mass
                if left < 0 { return position }
            }
            return row.count - 1
        }
        let (shape, states) = (tree.shape, tree.shape.states)
        var result: [UInt8] = []
        for _ in 0..<count {
            var hidden = [Int](repeating: 0, count: shape.variableCount)
            var seen = [UInt8](repeating: 0, count: shape.variableCount)
            for variable in shape.order {
                if let parent = shape.parents[variable] {
                    let start = (variable * states + hidden[parent]) * states
                    hidden[variable] = draw(tree.transitions[start..<start + states])
                } else {
                    hidden[variable] = draw(tree.initial[...])
                }
                let start = (variable * states + hidden[variable]) * shape.alphabet
                seen[variable] = UInt8(draw(tree.emissions[start..<start + shape.alphabet]))
            }
            result += seen
        }
        return result
    }

    /// Trees of all forms and sizes, without the products of everything with everything.
    static let all: [RandomTree] = {
        var result: [RandomTree] = []
        for (position, states) in [1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64].enumerated() {
            for (offset, form) in Form.allCases.enumerated() {
                let alphabet = [2, 3, 5, 16, 17, 64, 100, 255, 256][(position * 3 + offset * 2) % 9]
                let variables = [1, 2, 3, 10, 33, 60][(position + offset * 5) % 6]
                result.append(
                    RandomTree(
                        form: form, variables: variables, states: states, alphabet: alphabet,
                        sharpness: [1, 4, 12][(position + offset) % 3], seed: UInt64(position * 3 + offset)))
            }
        }
        return result
    }()
}
