/// How symbols are refined. More iterations find smaller files.
package struct RefinementPlan: Sendable, Hashable {
    package var iterations: Int
    /// Part of a Newton step that an iteration takes.
    package var rate: Float = 0.3
    /// Of the smoothed gradient, what an iteration keeps: 0 … 1.
    package var momentum: Float = 0.8
    /// The concave penalty that the last iterations reach, over the curvature; it rises from 0.
    package var penalty: Float = 1
    /// The part of the iterations over which it rises.
    package var rise: Float = 0.9
    /// h of each latent block of level 0 and channel, bits per squared step; nil: ``standardCurvatures(of:at:)``.
    package var curvatures: [[Float]]?

    package init(iterations: Int) { self.iterations = iterations }

    /// The step of one iteration, counted from 0.
    func step(_ iteration: Int) -> ProximalStep {
        let rising = rise * Float(iterations)
        let part = rising > 0 ? min(1, Float(iteration) / rising) : 1
        // There is nothing to keep before the first.
        return ProximalStep(momentum: iteration == 0 ? 0 : momentum, rate: rate, penalty: penalty * part)
    }
}

extension RefinementPlan {
    /// Measured on photographs, a number for each block: curvature falls from the first to the last and grows with quality.
    static func standardCurvatures(of channels: [Int], at quality: Int) -> [[Float]] {
        let first: [Float] = [16, 12, 8, 7]
        let octaves = (Float(quality) - 20) * (0.55 / 20 * 1.442_695)
        let growth = Lanes(repeating: octaves).powersOfTwo[0]
        return channels.enumerated().map { i, count in
            Array(repeating: first[min(i, first.count - 1)] * growth, count: count)
        }
    }
}
