/// Normal equations in integers, solved by elimination with a shift for every column (SPEC §16.4).
struct NormalEquations {
    private static let size = WaveformSquares.tapCount

    /// What one column's elimination leaves: factors of the rows below it, and by what power of two to shrink them.
    private struct Pivot {
        var factors = [Int64](repeating: 0, count: size + 1)
        /// Nil for a column that says nothing beyond the ones before.
        var shift: Int64?
    }

    /// Lower triangle; the last row is the right-hand side.
    private var s = [[Int64]](repeating: [Int64](repeating: 0, count: size + 1), count: size + 1)

    /// - Parameter moments: of terms i ≥ j, of which 0 is what to predict.
    init(moments: (Int, Int) -> Int64) {
        let most = (0...Self.size).map { moments($0, $0) + 1024 }.max()!
        let up = 57 - most.bitLength
        for i in 0...Self.size {
            for j in 0...i {
                // What to predict goes last.
                let (row, column) = j == 0 ? (Self.size, i == 0 ? Self.size : i - 1) : (i - 1, j - 1)
                let value = moments(i, j) + (i == j ? 1024 : 0)
                s[row][column] = (up >= 0 ? value << Int64(up) : value >> Int64(-up)) + (i == j ? 1 << 30 : 0)
            }
        }
    }

    /// Weights in 2^−20.
    var solution: [Int32] {
        var rest = self
        let pivots = (0..<Self.size).map { rest.eliminate($0) }
        var weights = [Int64](repeating: 0, count: Self.size)
        for k in (0..<Self.size).reversed() {
            guard let shift = pivots[k].shift else { continue }
            let known = (0..<Self.size).reduce(0) { $0 + (pivots[k].factors[$1] * weights[$1]) >> 8 }
            let value = (pivots[k].factors[Self.size] << 12 - known) >> shift
            weights[k] = min(max(value, -Int64(Int32.max)), Int64(Int32.max))
        }
        return weights.map { Int32($0) }
    }

    private mutating func eliminate(_ k: Int) -> Pivot {
        var pivot = Pivot()
        let d = s[k][k]
        if d < 1 << 30 { return pivot }
        let magnitude = (k + 1...Self.size).reduce(0) { $0 | (s[$1][k] < 0 ? ~s[$1][k] : s[$1][k]) }
        let q = Int64(max(0, magnitude.bitLength - 30)), dq = Int64(d.bitLength - 31)
        let inverse = min((1 << 61) / (d >> dq), Int64(Int32.max))
        let column = (0...Self.size).map { $0 > k ? s[$0][k] >> q : 0 }
        for i in k + 1...Self.size { pivot.factors[i] = (column[i] * inverse) >> 31 }
        let shift = min(max(30 + dq - 2 * q, 0), 63)
        for i in k + 1...Self.size {
            for j in k + 1...i { s[i][j] &-= (pivot.factors[i] * column[j]) >> shift }
        }
        pivot.shift = min(max(22 + dq - q, 0), 63)
        return pivot
    }
}

extension Int64 {
    /// How many bits a value that is not negative takes.
    fileprivate var bitLength: Int { 64 - leadingZeroBitCount }
}
