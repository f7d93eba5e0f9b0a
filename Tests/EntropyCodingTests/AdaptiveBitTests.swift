import TestSupport
import Testing

@testable import EntropyCoding

@Suite struct AdaptiveBitTests {
    @Test func startsEvenAndLearnsAsTheSpecificationSays() {
        var bit = AdaptiveBit()
        #expect(bit.zeroFrequency == 32768)
        bit.update(false)
        #expect(bit.fast == 32768 + 2048)
        #expect(bit.slow == 32768 + 256)
        #expect(bit.zeroFrequency == 33920)
        bit.update(true)
        #expect(bit.fast == 34816 - 2176)
        #expect(bit.slow == 33024 - 258)
    }

    @Test(arguments: [false, true])
    func frequenciesStayWithinTheirLimits(value: Bool) {
        var bit = AdaptiveBit()
        for _ in 0..<10_000 { bit.update(value) }
        #expect(bit.zeroFrequency == (value ? 71 : 65465))
        #expect(bit.fast == (value ? 15 : 65521))
        #expect(bit.slow == (value ? 127 : 65409))
    }

    @Test(arguments: [0, 1, 50, 99, 100], 0..<4)
    func decodesWhatTheEncoderWrote(percentage: Int, seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let bits = (0..<5000).map { _ in Int.random(in: 0..<100, using: &generator) < percentage }
        var encoder = RangeEncoder()
        var context = AdaptiveBit()
        for bit in bits { context.encode(bit, into: &encoder) }
        let bytes = encoder.finish()
        var decoder = RangeDecoder(bytes)
        var other = AdaptiveBit()
        #expect(bits.map { _ in other.decode(from: &decoder) } == bits)
        #expect(other == context)
        if percentage == 0 || percentage == 100 { #expect(bytes.count < 20) }
    }
}
