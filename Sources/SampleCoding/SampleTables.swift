internal import EntropyCoding

/// Tails, log odds and reciprocals in integers (SPEC §14.3).
enum SampleTables {
    /// 2^24 times the upper tail of a logistic distribution at i/256, in base 2; i = 0 … 4095.
    static let tails: [Int32] = (0..<4096).map { Int32((1 << 40) / (65536 + LogisticTables.power($0))) }

    /// 128 times the log odds, in base 2, of the probability (i + 1/2) / 4096; i = 0 … 4095.
    static let stretched: [Int32] = (0..<4096).map { LogisticTables.logarithm(2 * Int32($0) + 1) - LogisticTables.logarithm(8191 - 2 * Int32($0)) }

    /// 16 · log2(i), i = 1 … 4095; 0 for 0.
    static let coarseLogarithms: [Int32] = [0] + (1..<4096).map { LogisticTables.logarithm($0) >> 3 }

    /// 65536 · 2^(−i/16), i = 0 … 255.
    static let falls: [Int64] = (0..<256).map { Int64((1 << 32) / LogisticTables.power(16 * $0)) }

    /// 65536 / (n + 3/2), n = 0 … 255: how far a counter moves after n bits.
    static let paces: [Int32] = (0..<256).map { 131_072 / (2 * $0 + 3) }
}
