import EntropyCoding
@testable import EntropyModels
import Foundation
import TestSupport
import Testing

@Suite struct GatedCoderTests {
    /// A symbol of the alphabet, of its edge, or far outside.
    private func symbol(_ reach: Int32, using generator: inout SeededGenerator) -> Int32 {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: [reach, -reach, reach - 1, 1 - reach].randomElement(using: &generator)!
        case 1: [reach + 1, -reach - 2, 3 * reach, -reach - 1000].randomElement(using: &generator)!
        case 2: Bool.random(using: &generator) ? reach + 2_097_150 : -reach - 2_097_150
        default: Int32.random(in: -reach...reach, using: &generator)
        }
    }

    @Test(arguments: Shape.all)
    func decodesWhatItEncodedEscapesIncluded(shape: Shape) throws {
        var prior = shape.prior(seed: 11)
        var generator = SeededGenerator(seed: 12)
        let circuits = (0..<50).flatMap { _ in prior.mixtures() }
        var encoder = RangeEncoder()
        var symbols: [Int32] = []
        var zeros = AdaptiveZeros.atFirstPosition(channels: shape.group)
        for var circuit in circuits {
            for variable in 0..<circuit.variableCount {
                circuit.begin(variable: variable)
                symbols.append(symbol(circuit.alphabetReach, using: &generator))
                GatedCoder.encode(
                    symbols.last!, of: &circuit, last: variable + 1 == circuit.variableCount, channel: variable, zeros: zeros,
                    into: &encoder)
            }
        }
        var decoder = RangeDecoder(encoder.finish())
        var decoded: [Int32] = []
        zeros = .atFirstPosition(channels: shape.group)
        for var circuit in circuits {
            for variable in 0..<circuit.variableCount {
                circuit.begin(variable: variable)
                decoded.append(
                    try GatedCoder.decode(
                        of: &circuit, last: variable + 1 == circuit.variableCount, channel: variable, zeros: zeros,
                        from: &decoder))
            }
        }
        #expect(decoded == symbols)
    }

    /// Symbols drawn from the circuit cost what their integer frequencies say, and next to nothing more.
    @Test(arguments: 1...4)
    func spendsLessThanAThousandthMoreThanTheInformation(components: Int) {
        var prior = RandomPrior(components: components, group: 8, spread: .usual, seed: 13)
        var generator = SeededGenerator(seed: 14)
        var encoder = RangeEncoder()
        var information = 0.0
        let (zeros, witness) = (AdaptiveZeros.atFirstPosition(channels: 8), AdaptiveZeros.atFirstPosition(channels: 8))
        for var circuit in (0..<2000).flatMap({ _ in prior.mixtures() }) {
            for variable in 0..<circuit.variableCount {
                circuit.begin(variable: variable)
                let reach = circuit.alphabetReach
                let target = UInt32.random(in: 0..<65536, using: &generator)
                let symbol = (-reach...reach).last { circuit.cumulative(below: $0) <= target }!
                let frequency = circuit.cumulative(below: symbol + 1) - circuit.cumulative(below: symbol)
                let zero = circuit.cumulative(below: 1) - circuit.cumulative(below: 0)
                let gate = Double(witness.frequency(zeroFrequency: zero, channel: variable)) / 65536
                witness.learn(isZero: symbol == 0, channel: variable)
                information -= symbol == 0 ? log2(gate) : log2((1 - gate) * Double(frequency) / Double(65536 - zero))
                // An escape's excess of 0 is one raw bit.
                if symbol.magnitude == UInt32(reach) { information += 1 }
                GatedCoder.encode(
                    symbol, of: &circuit, last: variable + 1 == circuit.variableCount, channel: variable, zeros: zeros,
                    into: &encoder)
            }
        }
        let spent = Double(8 * encoder.finish().count)
        #expect(information > 50_000)
        #expect(spent < 1.001 * information + 40, "\(spent) bits for \(information)")
    }

    @Test(arguments: 0..<300)
    func anyBytesDecodeToSymbolsOrAnError(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let shape = Shape.all[seed % Shape.all.count]
        var prior = shape.prior(seed: UInt64(seed), tables: seed % 3 == 0 ? .extreme : .standard)
        let byte: ClosedRange<UInt8> = seed % 5 == 0 ? 255...255 : 0...255
        var decoder = RangeDecoder((0..<40).map { _ in UInt8.random(in: byte, using: &generator) })
        let zeros = AdaptiveZeros.atFirstPosition(channels: shape.group)
        for var circuit in prior.mixtures() {
            for variable in 0..<circuit.variableCount {
                circuit.begin(variable: variable)
                _ = try? GatedCoder.decode(
                    of: &circuit, last: variable + 1 == circuit.variableCount, channel: variable, zeros: zeros, from: &decoder)
            }
        }
    }
}

@Suite struct LatentVectorCoderTests {
    @Test(arguments: Shape.all, [RateAwareRounding.nearest, RateAwareRounding(errorPriceQ8: 20_000)])
    func decoderSeesTheLatentsOfTheEncoder(shape: Shape, rounding: RateAwareRounding) throws {
        var prior = shape.prior(seed: 21)
        var generator = SeededGenerator(seed: 22)
        let wanted: ClosedRange<Int16> = shape.spread == .usual ? -2000...2000 : .min ... .max
        let positions = (0..<30).map { _ in
            (parameters: prior.parameters(),
             posterior: (0..<prior.prior.channels).map { _ in Int16.random(in: wanted, using: &generator) })
        }
        var coder = LatentVectorCoder(prior: prior.prior, gains: prior.gains, tables: prior.tables)
        var encoder = RangeEncoder()
        var encoded: [Int16] = []
        var zeros = AdaptiveZeros.atFirstPosition(channels: prior.prior.channels)
        for (parameters, posterior) in positions {
            var latents = [Int16](repeating: 0, count: prior.prior.channels)
            var target = latents.mutableSpan
            coder.encode(
                parameters.span, posterior: posterior.span, rounding: rounding, zeros: zeros, latents: &target, into: &encoder)
            encoded += latents
        }
        var decoder = RangeDecoder(encoder.finish())
        var decoded: [Int16] = []
        zeros = .atFirstPosition(channels: prior.prior.channels)
        for (parameters, _) in positions {
            var latents = [Int16](repeating: 0, count: prior.prior.channels)
            var target = latents.mutableSpan
            try coder.decode(parameters.span, zeros: zeros, latents: &target, from: &decoder)
            decoded += latents
        }
        #expect(decoded == encoded)
    }

    /// Skipped vectors and absent levels have the latents of symbols that are all zero (SPEC §10.5, §12).
    @Test func predictionIsDecodingOfZeros() throws {
        var prior = RandomPrior(components: 3, group: 4, spread: .usual, seed: 23)
        let parameters = prior.parameters()
        var coder = LatentVectorCoder(prior: prior.prior, gains: prior.gains, tables: prior.tables)
        var latents = [Int16](repeating: 1, count: prior.prior.channels)
        var target = latents.mutableSpan
        coder.predict(parameters.span, latents: &target)
        let expected = (0..<prior.prior.channels).map { j in
            let mixture = prior.mixture(parameters, vector: j / 4)
            return prior.gains.latentValue(mixture.centre[j % 4], channel: j)
        }
        #expect(latents == expected)
    }
}
