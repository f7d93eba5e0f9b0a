/// A curve through points that never overshoots between them: piecewise cubic, with slopes that are zero where the points
/// turn (PCHIP).
///
/// Slopes inside are weighted harmonic means (Fritsch and Butland, "A method for constructing local monotone piecewise cubic
/// interpolants", SIAM J. Sci. Stat. Comput. 5, 1984); those at the ends are three-point differences, limited so that
/// they keep the shape (Moler, "Numerical Computing with MATLAB", 2004, §3.4).
package struct MonotoneCubic: Sendable {
    private let x: [Double]
    private let y: [Double]
    private let slopes: [Double]

    /// - Precondition: at least two points, `x` strictly rising.
    package init(x: [Double], y: [Double]) {
        precondition(x.count >= 2 && x.count == y.count, "at least two points")
        precondition(zip(x, x.dropFirst()).allSatisfy(<), "x rises")
        self.x = x
        self.y = y
        slopes = Self.slopes(x, y)
    }

    /// The curve's value, `position` being within the points.
    package func value(at position: Double) -> Double {
        let piece = self.piece(of: position)
        let (h, t) = width(piece, position)
        let rise = y[piece + 1] - y[piece]
        let (a, b) = (h * slopes[piece], h * slopes[piece + 1])
        // Hermite form: y + t·(a + t·((3·rise − 2a − b) + t·(a + b − 2·rise))).
        return y[piece] + t * (a + t * ((3 * rise - 2 * a - b) + t * (a + b - 2 * rise)))
    }

    /// The integral between two positions within the points.
    package func integral(from low: Double, to high: Double) -> Double {
        antiderivative(at: high) - antiderivative(at: low)
    }

    /// The integral from the first point on.
    private func antiderivative(at position: Double) -> Double {
        let last = piece(of: position)
        return (0..<last).reduce(part(last, upTo: position)) { $0 + part($1, upTo: x[$1 + 1]) }
    }

    /// The integral over one piece, from its left end.
    private func part(_ piece: Int, upTo position: Double) -> Double {
        let (h, t) = width(piece, position)
        let rise = y[piece + 1] - y[piece]
        let (a, b) = (h * slopes[piece], h * slopes[piece + 1])
        return h * t * (y[piece] + t * (a / 2 + t * ((3 * rise - 2 * a - b) / 3 + t * (a + b - 2 * rise) / 4)))
    }

    private func width(_ piece: Int, _ position: Double) -> (h: Double, t: Double) {
        let h = x[piece + 1] - x[piece]
        return (h, (position - x[piece]) / h)
    }

    private func piece(of position: Double) -> Int {
        max(0, (x.dropLast().lastIndex { $0 <= position }) ?? 0)
    }

    private static func slopes(_ x: [Double], _ y: [Double]) -> [Double] {
        let h = zip(x, x.dropFirst()).map { $1 - $0 }
        let m = zip(zip(y, y.dropFirst()).map { $1 - $0 }, h).map { $0 / $1 }
        guard m.count > 1 else { return [m[0], m[0]] }
        let inside = (1..<m.count).map { k in
            let (w1, w2) = (2 * h[k] + h[k - 1], h[k] + 2 * h[k - 1])
            return m[k - 1] * m[k] > 0 ? (w1 + w2) / (w1 / m[k - 1] + w2 / m[k]) : 0
        }
        let n = m.count - 1
        return [endSlope(h[0], h[1], m[0], m[1])] + inside + [endSlope(h[n], h[n - 1], m[n], m[n - 1])]
    }

    /// - Parameters: widths and chords of the last piece and of the one before it.
    private static func endSlope(_ h0: Double, _ h1: Double, _ m0: Double, _ m1: Double) -> Double {
        let slope = ((2 * h0 + h1) * m0 - h0 * m1) / (h0 + h1)
        if slope * m0 <= 0 { return 0 }
        return m0 * m1 <= 0 && abs(slope) > 3 * abs(m0) ? 3 * m0 : slope
    }
}
