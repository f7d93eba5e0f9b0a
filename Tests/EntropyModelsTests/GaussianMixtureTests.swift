@testable import EntropyModels
import TestSupport
import Testing

@Suite struct GaussianMixtureTests {
    /// Walks circuits, conditioning each on random symbols of its alphabet, the ends more often than others.
    private func walk(
        _ prior: inout RandomPrior, positions: Int, seed: UInt64, _ body: (GaussianMixture) -> Void
    ) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<positions {
            for var mixture in prior.mixtures() {
                for variable in 0..<mixture.variableCount {
                    mixture.begin(variable: variable)
                    body(mixture)
                    let reach = mixture.alphabetReach
                    let symbol = Bool.random(using: &generator)
                        ? [reach, -reach, 0].randomElement(using: &generator)!
                        : Int32.random(in: -reach...reach, using: &generator)
                    mixture.condition(on: symbol)
                }
            }
        }
    }

    private func isSound(_ mixture: GaussianMixture) -> Bool {
        let reach = mixture.alphabetReach
        guard (1...254).contains(reach), mixture.cumulative(below: -reach) == 0, mixture.cumulative(below: reach + 1) == 65536
        else { return false }
        return (-reach...reach).allSatisfy { mixture.cumulative(below: $0) < mixture.cumulative(below: $0 + 1) }
    }

    private func weightsAreSound(_ mixture: GaussianMixture) -> Bool {
        let weights = (0..<mixture.components).map { mixture.weights[$0] }
        return weights.allSatisfy { (1...65536).contains($0) } && weights.reduce(0, +) == 65536
    }

    @Test(arguments: Shape.all)
    func everySymbolHasAFrequencyAndTheirSumIs65536(shape: Shape) {
        var prior = shape.prior(seed: 1)
        walk(&prior, positions: 60, seed: 2) { #expect(isSound($0)) }
    }

    @Test(arguments: Shape.all)
    func weightsStayPositiveAndSumTo65536(shape: Shape) {
        var prior = shape.prior(seed: 3)
        walk(&prior, positions: 200, seed: 4) { #expect(weightsAreSound($0)) }
    }

    /// Whatever tables a reader accepts.
    @Test(arguments: Shape.all)
    func extremeTablesMakeSoundDistributions(shape: Shape) {
        var prior = shape.prior(seed: 5, tables: .extreme)
        walk(&prior, positions: 60, seed: 6) { #expect(isSound($0) && weightsAreSound($0)) }
    }

    /// A symbol that only one component explains leaves that component nearly all of the weight.
    @Test func conditioningFavoursTheComponentThatExplainsTheSymbol() {
        let prior = RandomPrior(components: 2, group: 2, spread: .usual, seed: 7)
        var mixture = prior.mixture([Int16](repeating: 0, count: prior.prior.parameterCount), vector: 0)
        for channel in 0..<2 {
            (mixture.offset[4 * channel], mixture.offset[4 * channel + 1]) = (-640, 640)
            (mixture.scaleIndex[4 * channel], mixture.scaleIndex[4 * channel + 1]) = (32, 32)
        }
        mixture.begin(variable: 0)
        mixture.condition(on: 10)
        #expect(mixture.weights[1] > 65000)
        mixture.begin(variable: 1)
        let below = mixture.cumulative(below: 0)
        #expect(below < 1000)
    }

    @Test func aNarrowCentredVectorIsSkipped() {
        let prior = RandomPrior(components: 3, group: 4, spread: .usual, seed: 8)
        var parameters = [Int16](repeating: 0, count: prior.prior.parameterCount)
        let scales = 3 * (prior.prior.groups + prior.prior.channels)
        for i in scales..<parameters.count { parameters[i] = -2000 }
        #expect(prior.mixture(parameters, vector: 0).isSkipped)
        for i in scales..<parameters.count { parameters[i] = 0 }
        #expect(!prior.mixture(parameters, vector: 0).isSkipped)
    }

    /// Distances are the exact ones but for 1/16384 step, though the coded centre is rounded to 1/64.
    @Test(arguments: Shape.all.filter { $0.spread == .usual })
    func distancesAreFinerThanTheCentre(shape: Shape) {
        var prior = shape.prior(seed: 9)
        var generator = SeededGenerator(seed: 10)
        for _ in 0..<50 {
            let parameters = prior.parameters()
            let posterior = (0..<prior.prior.channels).map { _ in Int16.random(in: -2000...2000, using: &generator) }
            for vector in 0..<prior.prior.groups {
                let mixture = prior.mixture(parameters, vector: vector)
                let found = mixture.distances(
                    to: posterior.span, parameters.span, vector: vector, prior: prior.prior, gains: prior.gains)
                for i in 0..<shape.group {
                    let j = vector * shape.group + i
                    let centre = (0..<shape.components).reduce(0.0) { sum, k in
                        let mean = parameters[shape.components * prior.prior.groups + k * prior.prior.channels + j]
                        return sum + Double(mixture.weights[k]) / 65536 * Double(mean)
                    }
                    let steps = (Double(posterior[j]) - centre) * Double(prior.gains.step[j]) / 4096 / 64
                    #expect(abs(Double(found[i]) - 16384 * steps) <= 1)
                    #expect(abs(Double(found[i]) / 256 - Double(prior.gains.fineSteps(posterior[j], channel: j) - mixture.centre[i])) < 2)
                }
            }
        }
    }
}
