import Media
import Testing

@Suite struct AudioBufferTests {
    private func buffer(_ samples: [Float]) -> AudioBuffer {
        AudioBuffer(format: AudioFormat(sampleRate: 1, channels: 1, sample: .float32), samples: .float32([samples]))
    }

    @Test func samplesAreEqualWhenTheirBitsAre() {
        #expect(buffer([.nan, 0]) == buffer([.nan, 0]))
        #expect(buffer([.nan, 0]) != buffer([.nan, -0.0]))
        #expect(buffer([Float(bitPattern: 0x7FC0_0001)]) != buffer([.nan]))
        #expect(buffer([0]) != buffer([0, 0]))
        #expect(AudioSamples.float64([[0]]) != .float64([[-0.0]]))
        #expect(AudioSamples.float64([[0]]) != .float32([[0]]))
        #expect(Set([buffer([.nan]), buffer([.nan]), buffer([0]), buffer([-0.0])]).count == 3)
    }

    @Test func framesAreCounted() {
        let format = AudioFormat(sampleRate: 1, channels: 2, sample: .integer(bits: 1))
        #expect(AudioBuffer(format: format, samples: .integer([[0, -1, 0], [0, 0, -1]])).frameCount == 3)
        #expect(AudioBuffer(format: format, samples: .integer([[], []])).frameCount == 0)
    }

    @Test func formatsReadWell() {
        #expect(AudioFormat(sampleRate: 48_000, channels: 2, sample: .integer(bits: 24)).description
            == "48000 Hz, 2 channels, 24-bit integers")
        #expect(AudioFormat(sampleRate: 8_000, channels: 1, sample: .float32).description
            == "8000 Hz, 1 channel, 32-bit floating point")
    }
}
