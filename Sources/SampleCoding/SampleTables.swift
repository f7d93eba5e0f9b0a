internal import EntropyCoding

/// Logarithms and powers in integers (SPEC §14.3).
enum SampleTables {
    /// 16 · log2(i), i = 1 … 4095; 0 for 0.
    static let coarseLogarithms: [Int32] = [0] + (1..<4096).map { LogisticTables.logarithm($0) >> 3 }

    /// 65536 · 2^(−i/16), i = 0 … 255.
    static let falls: [Int64] = (0..<256).map { Int64((1 << 32) / LogisticTables.power(16 * $0)) }
}
