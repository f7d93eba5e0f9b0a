import EntropyCoding
import Testing

@Suite struct ExpGolombTests {
    static let values: [UInt32] =
        Array(0...20) + (2...20).flatMap { [1 << $0 - 2, 1 << $0 - 1, 1 << $0] } + [ExpGolomb.maximumValue]

    @Test(arguments: values)
    func decodesWhatTheEncoderWrote(value: UInt32) throws {
        var encoder = RangeEncoder()
        for _ in 0..<3 { ExpGolomb.encode(value, into: &encoder) }
        var decoder = RangeDecoder(encoder.finish())
        for _ in 0..<3 { #expect(try ExpGolomb.decode(from: &decoder) == value) }
    }

    /// SPEC §10.4: n ones, a zero, n bits of v; the excess is 2^n − 1 + v.
    @Test func bitsAreThoseOfTheSpecification() throws {
        var encoder = RangeEncoder()
        encoder.encodeRawBits(0b1110_101, count: 7)
        var decoder = RangeDecoder(encoder.finish())
        #expect(try ExpGolomb.decode(from: &decoder) == 7 + 0b101)
    }

    @Test func moreThanTwentyOnesAreRefused() {
        var encoder = RangeEncoder()
        encoder.encodeRawBits(.max, count: 21)
        var decoder = RangeDecoder(encoder.finish())
        #expect(throws: ExpGolombError.tooLong) { try ExpGolomb.decode(from: &decoder) }
        #expect(ExpGolomb.maximumValue == 2_097_150)
    }
}
