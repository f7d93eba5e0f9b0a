/// Weights as bytes on a logarithmic scale, and rows of them as 16-bit parts (SPEC §15).
///
/// Sixteen codes halve a weight; 255 is no weight at all. A row means its weights divided by their sum.
enum WeightCode {
    static let zero: UInt8 = 255

    /// `2^(31 − i/16)`, rounded.
    private static let octave: [UInt32] = [
        2_147_483_648, 2_056_437_387, 1_969_251_188, 1_885_761_398, 1_805_811_301, 1_729_250_827, 1_655_936_265,
        1_585_730_000, 1_518_500_250, 1_454_120_821, 1_392_470_869, 1_333_434_672, 1_276_901_417, 1_222_764_986,
        1_170_923_762, 1_121_280_436,
    ]

    /// `[code]`: 35 733 … 2^31, or 0.
    static let weights: [UInt32] = (0..<256).map { code in
        code == Int(zero) ? 0 : octave[code & 15] >> UInt32(code >> 4)
    }

    /// The row as parts of 65 535: rounded down, and what is left over goes to the greatest, the first of equals.
    ///
    /// - Parameter row: at most 256 codes, so that the weights' sum times 65 535 has less than 56 bits.
    /// - Returns: as many parts, of sum 65 535; `nil` when all weights are 0.
    static func parts(_ row: ArraySlice<UInt8>) -> [UInt16]? {
        let numbers = row.map { UInt64(weights[Int($0)]) }
        let sum = numbers.reduce(0, &+)
        guard sum > 0, let greatest = row.min(), let place = row.firstIndex(of: greatest) else { return nil }
        var parts = numbers.map { UInt16(truncatingIfNeeded: $0 &* 65535 / sum) }
        let given = parts.reduce(0) { $0 &+ UInt32($1) }
        parts[place - row.startIndex] &+= UInt16(truncatingIfNeeded: 65535 &- given)
        return parts
    }
}
