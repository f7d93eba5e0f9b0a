@testable import EntropyModels
import Foundation
import TestSupport

extension EntropyTables {
    /// Tables as a trained model has them: σ from 2^−4 to 2^8 in eighths of an octave (SPEC §7).
    static let standard: EntropyTables = {
        let deviations = (0..<96).map { exp2(Double($0 - 32) / 8) }
        return EntropyTables(
            tail: (0..<2048).map { UInt16((32768 * erfc(Double($0) / 256 / 2.0.squareRoot())).rounded()) },
            inverse: deviations.map { UInt32((65536 / $0).rounded()) },
            reach: deviations.map { UInt8(min(255, (4 * $0).rounded(.up))) },
            exponential: (0..<1024).map { UInt32((65536 * exp2(-Double($0) / 64)).rounded()) },
            minimumScale: -32, skipScale: 8, skipOffset: 8)
    }()

    /// The most extreme tables that a reader accepts: masses of 0 or one half, evidence of 0, no reach or all of it.
    static let extreme = EntropyTables(
        tail: [32768] + Array(repeating: 0, count: 2047),
        inverse: [0, 1, .max, 65536], reach: [0, 255, 0, 255],
        exponential: [1] + Array(repeating: 0, count: 1023),
        minimumScale: -127, skipScale: 0, skipOffset: 0)
}

/// How far a prior's random parameters go.
enum Spread: CaseIterable {
    /// What a trained network says.
    case usual
    /// Every value that an Int16 and the gains can have, the ends above all.
    case extreme
}

/// A prior of random parameters at one position after the other.
struct RandomPrior {
    let prior: MixturePrior
    let gains: BlockGains
    let tables: EntropyTables
    let spread: Spread
    private var generator: SeededGenerator

    init(components: Int, group: Int, spread: Spread, seed: UInt64, tables: EntropyTables = .standard) {
        var generator = SeededGenerator(seed: seed &* 1_000_003 &+ UInt64(components * 100 + group))
        let channels = 2 * group
        prior = MixturePrior(channels: channels, components: components, group: group)
        let step: ClosedRange<Int32> = spread == .usual ? 500...4000 : .min ... .max
        let scale: ClosedRange<Int16> = spread == .usual ? -300...300 : .min ... .max
        gains = BlockGains(
            step: (0..<channels).map { _ in Int32.random(in: step, using: &generator) }, stepShift: 12,
            logScale: (0..<channels).map { _ in Int16.random(in: scale, using: &generator) },
            latent: (0..<channels).map { _ in Int32.random(in: step, using: &generator) }, latentShift: 12)
        self.tables = tables
        self.spread = spread
        self.generator = generator
    }

    /// The network's output at the next position (SPEC §10.2).
    mutating func parameters() -> [Int16] {
        let (k, g) = (prior.components, prior.groups)
        return (0..<prior.parameterCount).map { i in
            switch spread {
            case .usual:
                // Logits, means, and log scales from 1/16 of a step to some 30 steps.
                i < k * g ? .random(in: -300...300, using: &generator)
                    : i < k * (g + prior.channels) ? .random(in: -400...400, using: &generator)
                    : .random(in: -1024...1300, using: &generator)
            case .extreme:
                Bool.random(using: &generator)
                    ? [.min, .max, 0, -1].randomElement(using: &generator)! : .random(in: .min ... .max, using: &generator)
            }
        }
    }

    /// The circuit of vector `vector` at a position.
    func mixture(_ parameters: [Int16], vector: Int) -> GaussianMixture {
        var mixture = GaussianMixture(tables: tables, components: prior.components, group: prior.group)
        mixture.load(parameters.span, vector: vector, prior: prior, gains: gains)
        return mixture
    }

    /// The next position's circuits.
    mutating func mixtures() -> [GaussianMixture] {
        let parameters = self.parameters()
        return (0..<prior.groups).map { mixture(parameters, vector: $0) }
    }
}

/// A shape of mixture with a seed: what repeats a test.
struct Shape: Hashable, CustomStringConvertible {
    let components: Int
    let group: Int
    let spread: Spread

    var description: String { "\(components) components, \(group) channels, \(spread)" }

    static let all = (1...4).flatMap { k in
        [1, 2, 3, 8, 16].flatMap { g in Spread.allCases.map { Shape(components: k, group: g, spread: $0) } }
    }

    func prior(seed: UInt64, tables: EntropyTables = .standard) -> RandomPrior {
        RandomPrior(components: components, group: group, spread: spread, seed: seed, tables: tables)
    }
}
