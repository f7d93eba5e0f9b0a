internal import EntropyModels

/// What a latent vector costs under its mixture, and how that changes with symbols and parameters.
///
/// A symbol u between two whole numbers lo and lo + 1, at a part f of the way, counts in component k as
/// `l = (1 − f)·ln M(lo) + f·ln M(lo + 1)`, with M the mass of a symbol's cell; the vector costs
/// `−log2 Σ_k w_k exp Σ_j l_kj`. At whole numbers that is the true price.
struct VectorPrice {
    /// The coder gives no symbol less than about this.
    private static let leastMass: Float = 0x1p-17

    /// Bits of the whole vector.
    var bits: Float { -(likeliest + Lanes(repeating: mass).logarithms[0]) }
    /// The greatest of the components' log2 w_k exp Σ_j l_kj, and their sum relative to it.
    private var likeliest: Float = 0
    private var mass: Float = 1
    /// Bits per step to the right of each symbol, and to the left of it; the latter for whole symbols only.
    var up = Lanes()
    var down = Lanes()
    /// Of the components: prior and posterior probabilities.
    var weights = InlineArray<4, Float>(repeating: 0)
    var responsibilities = InlineArray<4, Float>(repeating: 0)
    /// dl/dc: nats per step that the centre moves, the mean staying where it is.
    var slopes = InlineArray<4, Lanes>(repeating: Lanes())
    /// dl/d ln σ; 0 where σ is at the end of its range.
    var scaleSlopes = InlineArray<4, Lanes>(repeating: Lanes())

    // Of each component, from here to the responsibilities.
    private var differences = InlineArray<4, Lanes>(repeating: Lanes())
    private var below = InlineArray<4, Lanes>(repeating: Lanes())

    /// - Parameter u: symbols, from the centre.
    @inline(__always)
    mutating func evaluate(_ mixture: borrowing VectorMixture, at u: Lanes) {
        let lo = u.floor, f = u - lo
        var evidence = Lanes(repeating: -1000)
        for k in 0..<mixture.components {
            weights[k] = Float(mixture.weights[k]) * 0x1p-16
            evidence[k] = evaluate(component: k, mixture, lo: lo, f: f)
        }
        var logWeights = Lanes(repeating: 1)
        for k in 0..<mixture.components { logWeights[k] = weights[k] }
        evidence += logWeights.logarithms
        var top = evidence[0]
        for k in 1..<4 where evidence[k] > top { top = evidence[k] }
        let shares = (evidence - top).atLeast(-120).powersOfTwo
        var sum = shares[0]
        for k in 1..<mixture.components { sum += shares[k] }
        for k in 0..<mixture.components { responsibilities[k] = shares[k] / sum }
        (likeliest, mass) = (top, sum)
        setOwnSlopes(f: f, components: mixture.components)
    }

    /// Returns `Σ_j l_kj / ln 2`.
    @inline(__always)
    private mutating func evaluate(component k: Int, _ mixture: borrowing VectorMixture, lo: Lanes, f: Lanes) -> Float {
        let inverse = Lanes(small: mixture.inverseScales[k]) * 0x1p-16
        let away = lo - Lanes(small: mixture.offsets[k]) * 0x1p-6
        // Beyond ±9 nothing is left of a Gaussian.
        let x0 = ((away - 1.5) * inverse).atLeast(-9).atMost(9), x1 = ((away - 0.5) * inverse).atLeast(-9).atMost(9)
        let x2 = ((away + 0.5) * inverse).atLeast(-9).atMost(9), x3 = ((away + 1.5) * inverse).atLeast(-9).atMost(9)
        let g0 = GaussianTail(at: x0), g1 = GaussianTail(at: x1), g2 = GaussianTail(at: x2), g3 = GaussianTail(at: x3)
        let m0 = Self.mass(x0, g0, x1, g1).atLeast(Self.leastMass)
        let mass1 = Self.mass(x1, g1, x2, g2), m1 = mass1.atLeast(Self.leastMass)
        let mass2 = Self.mass(x2, g2, x3, g3), m2 = mass2.atLeast(Self.leastMass)
        let log1 = m1.logarithms, difference = m2.logarithms - log1
        let none = Lanes(repeating: 0)
        let per1 = (1 / m1).replacing(with: none, where: mass1 .< Lanes(repeating: Self.leastMass))
        let per2 = (1 / m2).replacing(with: none, where: mass2 .< Lanes(repeating: Self.leastMass))
        let slope1 = (g2.density - g1.density) * inverse * per1, slope2 = (g3.density - g2.density) * inverse * per2
        slopes[k] = slope1 + f * (slope2 - slope1)
        let edge1 = x1 * g1.density, edge2 = x2 * g2.density, edge3 = x3 * g3.density
        let scale1 = (edge1 - edge2) * per1, scale2 = (edge2 - edge3) * per2
        scaleSlopes[k] = Lanes(bits: (scale1 + f * (scale2 - scale1)).bits & mixture.isWithin[k])
        differences[k] = difference
        below[k] = m0 / m1
        return (log1 + f * difference).total
    }

    /// The mass between two boundaries, of which the second is the greater.
    @inline(__always)
    private static func mass(_ x: Lanes, _ g: GaussianTail, _ y: Lanes, _ h: GaussianTail) -> Lanes {
        let aside = (g.mass - h.mass).magnitude
        let across = 1 - g.mass - h.mass
        return aside.replacing(with: across, where: (x .< Lanes(repeating: 0)) .& (y .>= Lanes(repeating: 0)))
    }

    /// The price at the cell's ends, the other channels staying where they are.
    @inline(__always)
    private mutating func setOwnSlopes(f: Lanes, components: Int) {
        var (here, above, before) = (Lanes(), Lanes(), Lanes())
        for k in 0..<components {
            // M(lo) over exp l, and what a step more or less makes of it.
            let low = (differences[k] * -f).powersOfTwo
            here += responsibilities[k] * low
            above += responsibilities[k] * (low * differences[k].powersOfTwo)
            before += responsibilities[k] * (low * below[k])
        }
        let middle = here.atLeast(1e-9).logarithms
        up = middle - above.atLeast(1e-9).logarithms
        down = before.atLeast(1e-9).logarithms - middle
    }
}
