import EntropyModels
import Foundation
@testable import LatentRefinement
import TestSupport
import Testing

/// The same prices in double precision, from their definition.
private struct ExactPrice {
    /// Of each component: probability, means from the centre and standard deviations of eight channels.
    var weights: [Double]
    var means: [[Double]]
    var scales: [[Double]]

    /// A random mixture, and the same as the coder gives it.
    static func random(_ random: inout SeededGenerator) -> (exact: ExactPrice, coded: VectorMixture) {
        var coded = VectorMixture(components: .random(in: 1...4, using: &random))
        var exact = ExactPrice(weights: [], means: [], scales: [])
        var left: Int32 = 65536
        for k in 0..<coded.components {
            let weight = k + 1 == coded.components ? left : Int32.random(in: 1...left / 2, using: &random)
            left -= weight
            coded.weights[k] = weight
            for i in 0..<8 {
                coded.offsets[k][i] = .random(in: -150...150, using: &random)
                coded.inverseScales[k][i] = Int32(65536 * exp2(-Double.random(in: -2...4, using: &random)))
            }
            coded.isWithin[k] = SIMD8(repeating: -1)
            exact.weights.append(Double(weight) / 65536)
            exact.means.append((0..<8).map { Double(coded.offsets[k][$0]) / 64 })
            exact.scales.append((0..<8).map { 65536 / Double(coded.inverseScales[k][$0]) })
        }
        return (exact, coded)
    }

    private func logMass(_ k: Int, _ i: Int, _ u: Double) -> Double {
        let away = abs(u - means[k][i]), unit = scales[k][i] * 2.0.squareRoot()
        return log(max(0.5 * (erfc((away - 0.5) / unit) - erfc((away + 0.5) / unit)), 0x1p-17))
    }

    /// - Parameters:
    ///   - moved: added to where the cells are, not to the symbols.
    func bits(_ u: [Double], moved: [Double] = Array(repeating: 0, count: 8)) -> Double {
        let sum = weights.indices.reduce(0.0) { sum, k in
            let inside = (0..<8).reduce(0.0) { inside, i in
                let lo = u[i].rounded(.down), f = u[i] - lo
                return inside + (1 - f) * logMass(k, i, lo + moved[i]) + f * logMass(k, i, lo + 1 + moved[i])
            }
            return sum + weights[k] * exp(inside)
        }
        return -log2(sum)
    }
}

@Suite struct VectorPriceTests {
    private func cases(_ count: Int, seed: UInt64, _ body: (ExactPrice, VectorMixture, [Double], VectorPrice) -> Void) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<count {
            let (exact, coded) = ExactPrice.random(&random)
            let u = (0..<8).map { _ in
                let u = Double(Int.random(in: -200...200, using: &random)) / 64
                return Bool.random(using: &random) ? u.rounded() : u
            }
            var lanes = Lanes()
            for i in 0..<8 { lanes[i] = Float(u[i]) }
            var price = VectorPrice()
            price.evaluate(coded, at: lanes)
            body(exact, coded, u, price)
        }
    }

    @Test func pricesAreExact() {
        cases(300, seed: 1) { exact, _, u, price in
            #expect(abs(Double(price.bits) - exact.bits(u)) < 1e-3)
        }
    }

    /// At a whole symbol the slopes are what one step more and one step less really cost.
    @Test func slopesOfWholeSymbolsAreDifferencesOfPrices() {
        cases(200, seed: 2) { exact, _, u, price in
            for i in 0..<8 where u[i] == u[i].rounded() {
                var (more, less) = (u, u)
                (more[i], less[i]) = (u[i] + 1, u[i] - 1)
                #expect(abs(Double(price.up[i]) - (exact.bits(more) - exact.bits(u))) < 2e-3)
                #expect(abs(Double(price.down[i]) - (exact.bits(u) - exact.bits(less))) < 2e-3)
            }
        }
    }

    /// Between two, the slope is the difference of the prices of both, the other symbols staying where they are.
    @Test func slopesBetweenSymbolsAreDifferencesOfPrices() {
        cases(200, seed: 3) { exact, _, u, price in
            for i in 0..<8 where u[i] != u[i].rounded() {
                var (more, less) = (u, u)
                (more[i], less[i]) = (u[i].rounded(.up), u[i].rounded(.down))
                let expected = exact.bits(more) - exact.bits(less)
                #expect(abs(Double(price.up[i]) - expected) < 2e-3)
            }
        }
    }

    /// Against central differences in double precision of `price + latent · centre`.
    @Test func parameterGradientsAreFiniteDifferences() {
        cases(60, seed: 4) { exact, coded, u, price in
            let latent = (0..<8).map { Double($0) - 3.5 }
            var lanes = Lanes()
            for i in 0..<8 { lanes[i] = Float(latent[i]) }
            let found = ParameterGradient(of: coded, price: price, latent: lanes)
            let logits = exact.weights.map { log($0) }

            func loss(_ change: (inout ExactPrice, inout [Double]) -> Void) -> Double {
                var (moved, logits) = (exact, logits)
                change(&moved, &logits)
                let sum = logits.reduce(0) { $0 + exp($1) }
                moved.weights = logits.map { exp($0) / sum }
                // Means are counted from the centre before; the centre moves with them, and the cells with it.
                let centre = (0..<8).map { i in
                    moved.weights.indices.reduce(0) { $0 + moved.weights[$1] * moved.means[$1][i] }
                }
                let still = (0..<8).map { i in
                    exact.weights.indices.reduce(0) { $0 + exact.weights[$1] * exact.means[$1][i] }
                }
                let shift = zip(centre, still).map { $0 - $1 }
                return moved.bits(u, moved: shift) + zip(latent, shift).reduce(0) { $0 + $1.0 * $1.1 }
            }
            func slope(_ change: (inout ExactPrice, inout [Double], Double) -> Void) -> Double {
                (loss { change(&$0, &$1, 1e-5) } - loss { change(&$0, &$1, -1e-5) }) / 2e-5
            }
            func isClose(_ found: Float, _ expected: Double) -> Bool { abs(Double(found) - expected) < 2e-3 * (5 + abs(expected)) }
            // The found gradient takes the centre from the coded means, which here are not centred: the same derivative.
            for k in exact.weights.indices {
                #expect(isClose(found.logits[k], slope { $1[k] += $2 } + meanAway(exact, latent, price, k)))
                for i in 0..<8 {
                    #expect(isClose(found.means[k][i], slope { e, _, h in e.means[k][i] += h }))
                    #expect(isClose(found.scales[k][i], slope { e, _, h in e.scales[k][i] *= exp(h) }))
                }
            }
        }
    }

    /// A logit moves the centre by `w_k (m_k − Σ w m)`; offsets that are not centred have their mean on top of `m_k`.
    private func meanAway(_ exact: ExactPrice, _ latent: [Double], _ price: VectorPrice, _ k: Int) -> Double {
        (0..<8).reduce(0) { sum, i in
            let mean = exact.weights.indices.reduce(0) { $0 + exact.weights[$1] * exact.means[$1][i] }
            let slope = exact.weights.indices.reduce(0) {
                $0 + Double(price.responsibilities[$1]) * Double(price.slopes[$1][i]) / log(2)
            }
            return sum + exact.weights[k] * (latent[i] - slope) * mean
        }
    }

    @Test func functionsOfLanesAreAccurate() {
        for i in 0..<4000 {
            let x = Float(i) / 100 - 20
            let power = Double(Lanes(repeating: x).powersOfTwo[0])
            #expect(abs(power / exp2(Double(x)) - 1) < 3e-7)
            #expect(abs(Double(Lanes(repeating: Float(power)).logarithms[0]) - log2(power)) < 3e-6)
            #expect(Lanes(repeating: x).floor[0] == x.rounded(.down))
            let tail = GaussianTail(at: Lanes(repeating: x / 4))
            let exact = 0.5 * erfc(abs(Double(x / 4)) / 2.0.squareRoot())
            #expect(abs(Double(tail.mass[0]) / exact - 1) < 4e-6)
        }
    }
}
