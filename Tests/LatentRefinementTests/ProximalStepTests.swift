import EntropyModels
@testable import LatentRefinement
import Testing

@Suite struct ProximalStepTests {
    private let step = ProximalStep(momentum: 0.8, rate: 0.3, penalty: 1)

    private func moved(_ u: Float, gradient: Float, up: Float, down: Float) -> Float {
        var price = VectorPrice()
        (price.up, price.down) = (Lanes(repeating: up), Lanes(repeating: down))
        return step.moved(
            Lanes(repeating: u), gradient: Lanes(repeating: gradient), price: price, curvature: Lanes(repeating: 10))[5]
    }

    /// h = 10: half of the penalty's slope at a whole symbol is 5 bits.
    @Test func wholeSymbolsStayUnlessAPullOutweighsPriceAndPenalty() {
        #expect(moved(2, gradient: -8, up: 4, down: -4) == 2)
        #expect(abs(moved(2, gradient: -12, up: 4, down: -4) - 2.09) < 1e-6)
        #expect(abs(moved(2, gradient: 12, up: 4, down: -4) - 1.91) < 1e-6)
        #expect(moved(-3, gradient: -1000, up: 4, down: -4) == -2.5)
        #expect(moved(-3, gradient: 1000, up: 4, down: -4) == -3.5)
    }

    @Test func symbolsBetweenStopAtWholeOnes() {
        #expect(abs(moved(0.25, gradient: 1, up: 0.5, down: 0) - 0.13) < 1e-6)
        #expect(moved(0.25, gradient: 60, up: 0.5, down: 0) == 0)
        #expect(moved(-0.25, gradient: -60, up: 0.5, down: 0) == 0)
    }

    @Test func thePenaltyRisesAndStays() {
        var plan = RefinementPlan(iterations: 21)
        plan.penalty = .init(0, 1.5)
        plan.momentum = 0.8
        #expect(plan.step(0).penalty == 0 && plan.step(9).penalty == 0.75)
        #expect(plan.step(18).penalty == 1.5 && plan.step(20).penalty == 1.5)
        #expect(plan.step(0).momentum == 0 && plan.step(1).momentum == 0.8)
    }

    @Test func ratesFallGeometrically() {
        var plan = RefinementPlan(iterations: 3)
        plan.rate = .init(0.8, 0.2)
        for (step, expected) in zip((0..<3).map(plan.step), [0.8, 0.4, 0.2] as [Float]) {
            #expect(abs(step.rate - expected) < 1e-6)
        }
    }

    /// One iteration has no way to go.
    @Test(arguments: [1, 2, 3, 4, 7, 20, 60, 150])
    func plansHaveFiniteSteps(iterations: Int) {
        for plan in [RefinementPlan(iterations: iterations), .forSimilarity(iterations: iterations)] {
            for step in (0..<plan.iterations).map(plan.step) {
                #expect(step.rate > 0.05 && step.rate < 4 && step.penalty >= 0 && step.penalty < 3)
            }
            #expect(plan.curvature(ofBlock: 0, at: 63) > plan.curvature(ofBlock: 0, at: 0))
        }
    }
}
