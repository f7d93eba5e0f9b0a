import EntropyModels
import IntegerKernels
@testable import LatentRefinement
import Testing

@Suite struct LevelGradientTests {
    private let fixture = GradientFixture.stored

    @Test(arguments: [1, 2], KernelImplementation.available)
    func gradientsAreThoseOfPyTorch(threads: Int, implementation: KernelImplementation) throws {
        let (walk, ports) = try fixture.walk(IntegerEngine(implementation: implementation, threads: threads))
        walk.backward(ports: ports, step: .none)
        for (state, expected) in zip(walk.latents, fixture.gradients) {
            #expect(relativeError(state.gradient, expected) < 0.005)
        }
        #expect(abs(loss(walk) / fixture.loss - 1) < 0.002)
    }

    /// Central differences of the loss itself, on the integer path, along the gradient of each block.
    @Test func gradientsAreThoseOfFiniteDifferences() throws {
        let (walk, ports) = try fixture.walk(IntegerEngine(threads: 1))
        walk.backward(ports: ports, step: .none)
        for state in walk.latents {
            let (start, gradient) = (state.values.map { Int16(64 * $0) }, state.gradient)
            let greatest = gradient.map(abs).max()!
            // Whole 64ths within a symbol's cell, so that nothing is rounded and no slope changes.
            let step = zip(start, gradient).map { u, g in u % 64 == 0 ? 0 : Int16((6 * g / greatest).rounded()) }
            let before = ownPrices(state)
            func loss(_ sign: Int16) -> Double {
                state.setSixtyFourths(zip(start, step).map { $0 + sign * $1 })
                // Prices of the moved symbols where nothing else has moved.
                let own = zip(ownPrices(state), before).reduce(0) { $0 + $1.0 - $1.1 }
                walk.forward()
                return self.loss(walk) - own
            }
            let difference = loss(1) - loss(-1)
            let expected = 2 * zip(step, gradient).reduce(0) { $0 + Double($1.0) / 64 * $1.1 }
            #expect(expected > 1 && abs(difference / expected - 1) < 0.1)
            state.setSixtyFourths(start)
            walk.forward()
        }
    }

    private func loss(_ walk: LevelWalk) -> Double {
        let rate = walk.latents.flatMap(ownPrices).reduce(0, +)
        let squares = walk.differences.values.reduce(0) { $0 + Int($1) * Int($1) }
        return rate + GradientFixture.price(quality: fixture.quality) * Double(squares) / 4096
    }

    /// The price of each vector under the mixtures as they are, bits.
    private func ownPrices(_ state: LatentState) -> [Double] {
        var coder = state.layers.coder, price = VectorPrice()
        var mixture = VectorMixture(components: state.layers.shape.components)
        let (wide, groups) = (state.prior.channels, state.layers.shape.groups)
        return (0..<state.prior.height).flatMap { y in
            (0..<groups * state.prior.width).map { n in
                let row = unsafe UnsafeBufferPointer(state.prior.row(y)), at = n / groups * wide
                unsafe coder.describe(
                    UnsafeBufferPointer(rebasing: row[at..<at + wide]).span, vector: n % groups, into: &mixture)
                guard !mixture.isSkipped else { return 0 }
                unsafe price.evaluate(mixture, at: state.symbols.row(y)[n])
                return Double(price.bits)
            }
        }
    }
}
