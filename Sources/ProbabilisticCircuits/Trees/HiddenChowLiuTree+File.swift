#if canImport(Glibc)
    internal import Glibc
#else
    internal import Foundation
#endif

extension HiddenChowLiuTree {
    /// The tree with its probabilities rounded to what a file holds: to within 2.2 %, and to 0 below 2^−15.9 of a row's
    /// greatest.
    public func file() throws(CircuitError) -> TreeFile {
        var transitionCodes: [UInt8] = []
        var emissionCodes: [UInt8] = []
        for variable in 0..<shape.variableCount {
            for state in 0..<shape.states {
                transitionCodes += variable == shape.root
                    ? [UInt8](repeating: WeightCode.zero, count: shape.states)
                    : Self.codes(transition(to: variable, from: state))
                emissionCodes += Self.codes(emission(of: variable, in: state))
            }
        }
        return try TreeFile(
            shape: shape, initial: Self.codes(initial[...]), transitions: transitionCodes, emissions: emissionCodes)
    }

    private static func codes(_ row: ArraySlice<Double>) -> [UInt8] {
        let greatest = row.max() ?? 1
        return row.map { mass in
            let code = (-16 * log2(mass / greatest)).rounded()
            return code < 255 ? UInt8(code) : WeightCode.zero
        }
    }
}
