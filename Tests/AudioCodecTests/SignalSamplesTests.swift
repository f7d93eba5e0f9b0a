import AudioCodec
import BitstreamFormat
import TestSupport
import Testing

/// Values in 1/64 of a 16-bit step as samples (SPEC §19.9).
@Suite struct SignalSamplesTests {
    @Test(arguments: [
        (16, [0, 31, 32, 95, 96, -32, -33, -96, -97], [0, 0, 1, 1, 2, 0, -1, -1, -2]),
        (16, [2_097_119, 2_097_120, .max, -2_097_152, -2_097_185, .min], [32767, 32767, 32767, -32768, -32768, -32768]),
        (21, [0, 1, -1, -2, 3], [0, 1, 0, -1, 2]),
        (22, [5, -5, 2_097_151, 2_097_152], [5, -5, 2_097_151, 2_097_151]),
        (24, [5, -5, 2_097_151, 2_097_152, -2_097_152, -2_097_153], [20, -20, 8_388_604, 8_388_607, -8_388_608, -8_388_608]),
        (32, [1, -2_097_152, 2_097_152], [1024, .min, .max]),
        (1, [0, 1_048_575, 1_048_576, -1_048_576, -1_048_577, .min], [0, 0, 0, 0, -1, -1]),
    ] as [(Int, [Int32], [Int32])])
    func integersAreRoundedAndLimited(bits: Int, values: [Int32], samples: [Int32]) {
        #expect(SampleBlock(signal: [values, values], .integer(bits: bits)) == .integer([samples, samples]))
    }

    /// A binary64 holds value · 2^−21 exactly; the processor rounds it to a binary32.
    @Test func floatsAreWhatTheProcessorMakes() {
        var random = SeededGenerator(seed: 9)
        let ends: [Int32] = [0, 1, -1, .max, .min, .max - 63, .max - 64, .max - 128, 1 << 24 + 1, 1 << 24 + 3, 1 << 25 + 2, 1 << 25 + 6]
        let values = ends + (0..<5000).map { _ in Int32.random(in: .min ... .max, using: &random) >> Int32.random(in: 0..<31, using: &random) }
        let exact = values.map { Double($0) * 0x1p-21 }
        #expect(SampleBlock(signal: [values], .float64) == .float64([exact.map(\.bitPattern)]))
        #expect(SampleBlock(signal: [values], .float32) == .float32([exact.map { Float($0).bitPattern }]))
    }
}
