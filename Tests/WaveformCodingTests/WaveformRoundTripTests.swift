import IntegerKernels
import TestSupport
import Testing

@testable import WaveformCoding

@Suite struct WaveformRoundTripTests {
    @Test(arguments: Signal.allCases, [1, 2, 8, 12, 16, 20, 24, 25, 32])
    func everySignalComesBack(signal: Signal, bits: Int) throws {
        var generator = SeededGenerator(seed: UInt64(bits))
        for channels in [1, 2, 3, 8] {
            let frames = Int.random(in: 1...(channels == 2 ? 1500 : 300), using: &generator)
            let block = signal.block(channels: channels, bits: bits, frames: frames, using: &generator)
            let payload = WaveformEncoder(channels: channels, bits: bits).encode(block)
            let decoded = try WaveformDecoder(channels: channels, bits: bits).decode(payload[...], frames: frames)
            #expect(decoded == block, "\(channels) channels, \(frames) frames")
            #expect(payload.count <= 1 + (channels * bits * frames + 7) / 8)
        }
    }

    /// Long enough for histories to move and for least squares to have settled.
    @Test(arguments: [16, 24, 32])
    func longBlocksComeBack(bits: Int) throws {
        var generator = SeededGenerator(seed: 77)
        let block = Signal.tone.block(channels: 2, bits: bits, frames: 10_000, using: &generator)
        let payload = WaveformEncoder(channels: 2, bits: bits).encode(block)
        #expect(try WaveformDecoder(channels: 2, bits: bits).decode(payload[...], frames: 10_000) == block)
        #expect(payload.count < 2 * 10_000 * bits / 8 / 2, "a tone is predictable")
    }

    @Test(arguments: 1...70)
    func everyShortLengthComesBack(frames: Int) throws {
        var generator = SeededGenerator(seed: UInt64(frames))
        let block = Signal.bursts.block(channels: 2, bits: 16, frames: frames, using: &generator)
        let payload = WaveformEncoder(channels: 2, bits: 16).encode(block)
        #expect(try WaveformDecoder(channels: 2, bits: 16).decode(payload[...], frames: frames) == block)
    }

    @Test(arguments: KernelImplementation.available)
    func everyKernelWritesTheSameBytes(kernel: KernelImplementation) throws {
        var generator = SeededGenerator(seed: 3)
        for (signal, bits) in [(Signal.tone, 16), (.square, 32), (.noise, 24), (.bursts, 25)] {
            let block = signal.block(channels: 2, bits: bits, frames: 700, using: &generator)
            let payload = WaveformEncoder(channels: 2, bits: bits, kernel: kernel).encode(block)
            #expect(payload == WaveformEncoder(channels: 2, bits: bits, kernel: .reference).encode(block))
            let decoder = WaveformDecoder(channels: 2, bits: bits, kernel: kernel)
            #expect(try decoder.decode(payload[...], frames: 700) == block)
        }
    }

    @Test func silenceIsAByteAndTheParameters() {
        let payload = WaveformEncoder(channels: 2, bits: 16).encode([[Int32]](repeating: [Int32](repeating: 0, count: 4000), count: 2))
        #expect(payload == [1, 16, 0, 16, 0])
    }

    @Test func constantsAreTiny() {
        let payload = WaveformEncoder(channels: 1, bits: 16).encode([[Int32](repeating: -12345, count: 20_000)])
        #expect(payload.count < 300)
    }

    /// Sixteen bits in twenty-four cost what they do alone.
    @Test func wastedBitsAreFree() {
        var generator = SeededGenerator(seed: 12)
        let narrow = Signal.tone.block(channels: 2, bits: 16, frames: 3000, using: &generator)
        let wide = narrow.map { $0.map { $0 << 8 } }
        #expect(
            WaveformEncoder(channels: 2, bits: 24).encode(wide).dropFirst(5)
                == WaveformEncoder(channels: 2, bits: 16).encode(narrow).dropFirst(5))
    }

    /// The second of two equal channels costs next to nothing.
    @Test func pairsShareWhatTheyHaveInCommon() {
        var generator = SeededGenerator(seed: 4)
        let one = Signal.noise.block(channels: 1, bits: 12, frames: 6000, using: &generator)[0].map { $0 << 2 | 1 }
        let single = WaveformEncoder(channels: 1, bits: 16).encode([one]).count
        #expect(WaveformEncoder(channels: 2, bits: 16).encode([one, one]).count < single * 11 / 10)
    }
}
