#if canImport(Glibc)
    internal import Glibc
#else
    internal import Foundation
#endif

/// Chooses the angle of each stereo band of a pair, superframe by superframe (docs/sound-design.md, the encoder's choices).
///
/// An angle costs half the logarithm of the power that it leaves in either channel, for each coefficient. These costs are added up from superframe to
/// superframe, the past counting less and less, and a band turns when another angle is cheaper by what the change costs.
struct AngleChoice: Sendable {
    private static let angles = 16
    /// Bits.
    private static let turnPrice = 6.0
    /// What a superframe's cost counts in the next one's sum.
    private static let memory = 0.6
    /// How much more the second channel's logarithm counts than the first's: of two angles that differ by a right one, the louder channel is the first.
    private static let lead = 0.1
    /// Coefficients of a band beyond this many add nothing to its cost.
    private static let mostCoefficients = 48
    /// cos² and sin·cos of each angle.
    private static let turns = (0..<angles).map { angle in
        let turn = Double(angle) * .pi / Double(angles)
        return (squared: cos(turn) * cos(turn), mixed: sin(turn) * cos(turn))
    }

    private let bands: StereoBands
    /// `[stereo band][angle]`, bits.
    private var sums: [[Double]]
    /// `[stereo band]`, of the last superframe; 4, which is middle and side, before the first.
    private var chosen: [Int]

    init(_ bands: StereoBands) {
        self.bands = bands
        sums = Array(repeating: Array(repeating: 0, count: Self.angles), count: bands.count)
        chosen = Array(repeating: 4, count: bands.count)
    }

    /// - Parameter pair: `[2][S]`, coefficients of the channels as they are.
    /// - Returns: the angle of each stereo band.
    mutating func angles(of pair: [[Int32]], split: Int) -> [Int] {
        for band in 0..<bands.count {
            let costs = costs(of: moments(of: pair, band: band, split: split), width: bands.width(of: band))
            for angle in costs.indices { sums[band][angle] = sums[band][angle] * Self.memory + costs[angle] }
            let best = sums[band].indices.min { sums[band][$0] < sums[band][$1] }!
            if sums[band][chosen[band]] - sums[band][best] > Self.turnPrice { chosen[band] = best }
        }
        return chosen
    }

    /// Sums of squares and of products, in 16-bit steps.
    private struct Moments {
        var first = 0.0, second = 0.0, cross = 0.0
    }

    private func moments(of pair: [[Int32]], band: Int, split: Int) -> Moments {
        let (first, second) = (pair[0], pair[1])
        var sums = Moments()
        for range in bands.ranges(of: band, split: split) {
            for index in range {
                let (a, b) = (Double(first[index]) / 64, Double(second[index]) / 64)
                sums.first += a * a
                sums.second += b * b
                sums.cross += a * b
            }
        }
        return sums
    }

    /// What each angle costs in bits, up to a number that is the same for all.
    private func costs(of moments: Moments, width: Int) -> [Double] {
        let floor = 0.003 * (moments.first + moments.second) + 0.2 * Double(width)
        let logarithms = Self.turns.map { turn in
            let power = moments.second + (moments.first - moments.second) * turn.squared + 2 * moments.cross * turn.mixed
            return log2(max(power, 0) + floor)
        }
        let weight = Double(min(width, Self.mostCoefficients)) / 2
        // What an angle leaves in the second channel is what the angle at right angles to it leaves in the first.
        return logarithms.indices.map { angle in
            weight * ((1 - Self.lead) * logarithms[angle] + (1 + Self.lead) * logarithms[angle ^ 8])
        }
    }
}
