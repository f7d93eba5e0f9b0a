internal import Ssimulacra2Constants

/// What SSIMULACRA2 finds at sixteen places of a channel: the loss of structure, and how much more edge there is than there was.
///
/// With a the original, e what the copy differs by and K the blur, structure is lost as l + (1 − l)·c, where l = (Ke)², c = v / D,
/// v = K(e²) − (Ke)² and D = var a + var b + c₂.
struct VisualPlace {
    let c: WideLanes
    /// 1 / D
    let p: WideLanes
    /// Ke
    let error: WideLanes

    /// - Parameters:
    ///   - error: Ke.
    ///   - square: K(e²).
    ///   - product: K(a·e).
    ///   - source: Ka.
    ///   - energy: 2·var a + c₂.
    @inline(__always)
    init(error: WideLanes, square: WideLanes, product: WideLanes, source: WideLanes, energy: WideLanes) {
        let variance = (square - error * error).atLeast(0)
        p = 1 / (energy + (product - source * error) * 2 + variance).atLeast(Ssimulacra2Constants.leastVariance)
        c = variance * p
        self.error = error
    }

    @inline(__always)
    init(c: WideLanes, p: WideLanes, error: WideLanes) { (self.c, self.p, self.error) = (c, p, error) }

    @inline(__always)
    var structure: WideLanes {
        let light = error * error
        return light + (1 - light) * c
    }
}

/// The edges of sixteen places.
struct VisualEdges {
    /// b − Kb, the copy's.
    private let shown: WideLanes
    /// 1 / (1 + |a − Ka|)
    private let calm: WideLanes
    /// Above 0: edges that were made; below: lost.
    let change: WideLanes

    @inline(__always)
    init(a: WideLanes, meanA: WideLanes, e: WideLanes, meanE: WideLanes) {
        let own = a - meanA
        shown = own + (e - meanE)
        calm = 1 / (own.magnitude + 1)
        change = (shown.magnitude + 1) * calm - 1
    }

    /// The gradient by b − Kb of what has this gradient by ``change``.
    @inline(__always)
    func gradient(_ slope: WideLanes) -> WideLanes {
        let gradient = slope * calm
        return gradient.replacing(with: -gradient, where: shown .< WideLanes())
    }
}

/// How much a feature of a scale weighs at each place, given its mean and its 4-norm.
struct FeatureSlope {
    private let mean: Float
    private let cube: Float

    /// - Parameters:
    ///   - sums: over `count` places, of a measure and of its fourth powers.
    ///   - weights: of the mean and of the norm.
    init(sums: (first: Double, fourth: Double), count: Int, weights: (mean: Double, norm: Double), unit: Double) {
        let share = unit / Double(count)
        mean = Float(weights.mean * share)
        let square = (sums.fourth / Double(count)).squareRoot()
        // Where there is nothing, nothing can be less.
        cube = square > 1e-12 ? Float(weights.norm * share / (square * square.squareRoot())) : 0
    }

    @inline(__always)
    func at(_ measure: WideLanes) -> WideLanes { measure * measure * measure * cube + mean }
}

extension SIMD16<Float> {
    @inline(__always)
    func atLeast(_ least: Float) -> WideLanes { replacing(with: least, where: self .< WideLanes(repeating: least)) }

    @inline(__always)
    var magnitude: WideLanes { replacing(with: -self, where: self .< WideLanes()) }

    @inline(__always)
    var total: Float { lowHalf.total + highHalf.total }

    /// 0, 1, 2 …
    private static let ramp = WideLanes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)

    /// The first `count`, then zeros.
    @inline(__always)
    func first(_ count: Int) -> WideLanes {
        count >= 16 ? self : replacing(with: 0, where: Self.ramp .>= WideLanes(repeating: Float(count)))
    }
}
