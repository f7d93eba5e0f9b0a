/// What a DCT-IV of one length needs (SPEC §19.8), made once and shared.
final class TransformTables: Sendable {
    /// Where cosines and sines of an angle lie among the values, in units of ``points``.
    enum Part: Int {
        /// φ of step 2.
        case before = 0
        /// ψ of step 3: h of them from place h on, for each h; place 0 is empty.
        case turns = 2
        /// φ of step 4, times κ.
        case after = 4
    }

    /// K, half the length.
    let points: Int
    /// `[6][points]` in 2^−30: cosines and sines of each part.
    let values: [Int32]

    private static let made = TablesByLength<TransformTables>()

    /// - Parameter length: a power of two, 8 … 16384.
    static func shared(_ length: Int) -> TransformTables { made.tables(length) { TransformTables($0) } }

    private init(_ length: Int) {
        let points = length / 2, steps = points.trailingZeroBitCount
        let slopes = (0..<points).map { CircleAngle(8 * $0 + 1, over: 8 * length) }
        let turns = (0..<steps).flatMap { step in (0..<1 << step).map { CircleAngle($0, over: 1 << step) } }
        let factor: CircleAngle.Factor = steps % 2 == 0 ? .one : .rootOfHalf
        self.points = points
        values = slopes.map { $0.cosine() } + slopes.map { $0.sine() }
            + [0] + turns.map { $0.cosine() } + [0] + turns.map { $0.sine() }
            + slopes.map { $0.cosine(factor) } + slopes.map { $0.sine(factor) }
    }

    /// Cosine and sine number `i` of a part.
    subscript(_ part: Part, _ i: Int) -> (cosine: Int64, sine: Int64) {
        let at = part.rawValue * points + i
        return (Int64(values[at]), Int64(values[at + points]))
    }
}
