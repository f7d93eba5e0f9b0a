import AudioCodec
import BitstreamFormat
import IntegerKernels
import TestSupport
import Testing

/// Floating point that is integers in disguise takes no more than they do; all else comes back, too (SPEC §17.4).
@Suite struct FloatSoundTests {
    @Test(arguments: [8, 16, 24, 32])
    func scaledIntegersCostWhatIntegersCost(bits: Int) throws {
        var random = SeededGenerator(seed: 7)
        let most = Int32(truncatingIfNeeded: 1 << (bits - 1) - 1)
        let values = (0..<500).map { _ in Int32.random(in: -most - 1...most, using: &random) }
        let scale = Double(sign: .plus, exponent: 1 - bits, significand: 1)
        let header = RandomSound.header(.float64, channels: 1, blockLength: 500)
        let sound = SampleBlock.float64([values.map { (Double($0) * scale).bitPattern }])
        let file = encoded([sound], header, threads: 1)
        let integers = encoded(
            [.integer([values])], RandomSound.header(.integer(bits: bits), channels: 1, blockLength: 500), threads: 1)
        #expect(try decoded(file).sound == sound)
        #expect(file.count <= integers.count + 3)
    }

    static let oddities: [[Float]] = [
        [0, -0.0], [.infinity], [.nan, 1], [.leastNonzeroMagnitude], [1, .leastNormalMagnitude], [1e30, 1e-30],
        [.greatestFiniteMagnitude, -.greatestFiniteMagnitude], [Float(signOf: -1, magnitudeOf: .nan)], [-1, 1, 0.5],
        [2_147_483_648, -2_147_483_648], [1, 0x1p-31], [0],
    ]

    @Test(arguments: oddities)
    func odditiesComeBackBitForBit(values: [Float]) throws {
        let narrow = SampleBlock.float32([values.map(\.bitPattern)])
        let wide = SampleBlock.float64([values.map { Double($0).bitPattern }])
        #expect(try roundTrip(narrow, .float32) == narrow)
        #expect(try roundTrip(wide, .float64) == wide)
    }

    private func roundTrip(_ sound: SampleBlock, _ kind: SoundHeader.SampleKind) throws -> SampleBlock? {
        let header = RandomSound.header(kind, channels: 1, blockLength: 4)
        return try decoded(encoded([sound], header, threads: 1)).sound
    }
}
