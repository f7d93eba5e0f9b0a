/// How symbols are refined. More iterations find smaller files.
package struct RefinementPlan: Sendable, Hashable {
    package let iterations: Int
    /// Of the smoothed gradient, what an iteration keeps: 0 … 1.
    package var momentum: Float
    /// Part of a Newton step that the first and the last iteration take; those between follow geometrically.
    package var rate: Range
    /// The concave penalty over the curvature, of the first iteration and of those from ``rise`` on.
    package var penalty: Range
    /// What squared errors are worth over what models are trained with. A codec's own curve gives away more rate for a squared error
    /// than that: about 1.2 times as much.
    package var priceFactor: Double
    /// h of each latent block of level 0 at quality point 20, bits per squared step.
    package var curvatures: [Float]
    /// Octaves by which curvatures grow over 20 quality points.
    package var growth: Float
    /// Octaves more over 20 quality points above the 20th.
    package var steepening: Float = 0

    package struct Range: Sendable, Hashable {
        package var first: Float
        package var last: Float

        package init(_ first: Float, _ last: Float) { (self.first, self.last) = (first, last) }

        /// At `part`, 0 … 1, of the way.
        func value(at part: Float) -> Float { first + (last - first) * part }
    }

    /// The part of the iterations over which the penalty rises.
    private static let rise: Float = 0.9

    /// The step of one iteration, counted from 0.
    func step(_ iteration: Int) -> ProximalStep {
        let part = Float(iteration) / Float(max(1, iterations - 1))
        let octaves = (rate.last / rate.first).logarithm * part
        return ProximalStep(
            // There is nothing to keep before the first.
            momentum: iteration == 0 ? 0 : momentum, rate: rate.first * octaves.powerOfTwo,
            penalty: penalty.value(at: min(1, part / Self.rise)))
    }

    /// h of a latent block at a quality point.
    func curvature(ofBlock block: Int, at quality: Int) -> Float {
        let above = (Float(quality) - 20) / 20
        return curvatures[min(block, curvatures.count - 1)] * (above * growth + max(0, above) * steepening).powerOfTwo
    }
}

extension RefinementPlan {
    /// The plan for so many iterations: what was found best on photographs, for 1, 2, 5, 14, 40 and 150 of them
    /// (docs/decisions/0014-effort.md). A few iterations leap, and must mind that neighbours leap as well; many creep.
    package init(iterations: Int) {
        let few: ([Float], Float) = ([40, 24, 6.5, 5.6], 0.35), many: ([Float], Float) = ([20, 14, 9, 7.5], 0.62)
        self = switch iterations {
        case ...1: Self(iterations, few, momentum: 0, rate: Range(0.8, 0.8), penalty: Range(1.6, 1.6))
        case 2: Self(iterations, few, momentum: 0, rate: Range(2.5, 0.28), penalty: Range(1.45, 2))
        case 3...9: Self(iterations, ([26, 17, 8, 7.5], 0.5), momentum: 0.3, rate: Range(1.8, 0.4), penalty: Range(0.9, 0.9))
        case 10...24: Self(iterations, many, momentum: 0.6, rate: Range(0.75, 0.26), penalty: Range(0.37, 1.3))
        case 25...79: Self(iterations, many, momentum: 0.7, rate: Range(0.6, 0.2), penalty: Range(0.2, 1.3))
        default: Self(iterations, many, momentum: 0.8, rate: Range(0.3, 0.1), penalty: Range(0, 1.5))
        }
    }

    /// The plan for MS-SSIM, whose slopes change with every leap: few iterations take shorter ones than for squared errors. A single
    /// one brings nothing; there are at least two.
    package static func forSimilarity(iterations: Int) -> RefinementPlan {
        var plan = switch iterations {
        case ...2: Self(2, ([68, 41, 11, 9.5], 0.35), momentum: 0, rate: Range(2.5, 0.28), penalty: Range(1, 1.7))
        case 3...9: Self(iterations, ([36, 30, 15, 15], 0.53), momentum: 0.4, rate: Range(1.4, 0.5), penalty: Range(0.3, 1))
        default: Self(iterations: iterations)
        }
        plan.priceFactor = 1
        return plan
    }

    /// The plan for SSIMULACRA2, which is steep on both sides of equal edges: steps are shorter, the more so at high qualities. Two
    /// iterations at least, six for a few (docs/decisions/0015-visual-model.md).
    package static func forSsimulacra2(iterations: Int) -> RefinementPlan {
        var plan = switch iterations {
        case ...2: Self(2, ([95, 57, 15.4, 13.3], 0.8), momentum: 0, rate: Range(3.5, 0.28), penalty: Range(1, 1.7))
        case 3...9: Self(6, ([95, 57, 22, 19], 1.1), momentum: 0.4, rate: Range(1.6, 0.3), penalty: Range(0.5, 1.5))
        default: Self(iterations: iterations)
        }
        if iterations > 9 { (plan.curvatures, plan.growth) = (plan.curvatures.map { 3 * $0 }, 1.2) }
        plan.steepening = switch iterations {
        case 3...9: 0.5
        case 25...: 0
        default: 0.8
        }
        plan.priceFactor = 1
        return plan
    }

    private init(
        _ iterations: Int, _ curvature: (blocks: [Float], growth: Float), momentum: Float, rate: Range, penalty: Range
    ) {
        // A few leaps at the higher price are leaps too far.
        priceFactor = iterations < 10 ? 1 : 1.25
        (self.iterations, self.momentum, self.rate, self.penalty) = (iterations, momentum, rate, penalty)
        (curvatures, growth) = curvature
    }
}

extension Float {
    /// The same on every machine, as the system's would not be.
    var powerOfTwo: Float { Lanes(repeating: self).powersOfTwo[0] }
    var logarithm: Float { Lanes(repeating: self).logarithms[0] }
}
