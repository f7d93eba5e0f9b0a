@testable import SoundAnalysis
import TestSupport
import Testing

@Suite struct LinearExtrapolationTests {
    @Test func silenceGoesOn() {
        #expect(LinearExtrapolation.samples(after: Array(repeating: 0, count: 3000), count: 1344).allSatisfy { $0 == 0 })
    }

    /// Of a tone in a little noise, what follows is the tone for a while; a mirror would turn it around at once.
    @Test(arguments: [0.011, 0.07, 0.31]) func tonesGoOn(frequency: Double) {
        var generator = SeededGenerator(seed: 5)
        let frames = 4000, known = 3000
        let noise = TestSounds.noise(frames: frames, amplitude: 3, using: &generator)
        let sound = zip(TestSounds.tone(frames: frames, frequency: frequency), noise).map { $0 + $1 }
        let continued = LinearExtrapolation.samples(after: Array(sound[..<known]), count: 300)
        let errors = zip(continued, sound[known...]).map { Double($0) - Double($1) }
        let power = sound.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(frames)
        #expect(errors.reduce(0.0) { $0 + $1 * $1 } / 300 < 0.05 * power)
    }

    @Test func nothingGetsOutOfBounds() {
        var generator = SeededGenerator(seed: 6)
        for round in 0..<20 {
            let growth = 1 + Double(round) / 2000
            var reach = 1.0
            let sound = (0..<2500).map { _ in
                reach = min(reach * growth, 4_000_000)
                return Int32(Double.random(in: -reach...reach, using: &generator))
            }
            let continued = LinearExtrapolation.samples(after: sound, count: 1344)
            #expect(continued.count == 1344 && continued.allSatisfy { abs($0) <= 2_560_000 })
        }
    }

    @Test func shortSoundsAreMirrored() {
        #expect(LinearExtrapolation.samples(after: [1, 2, 3], count: 5) == [3, 2, 1, 1, 1])
        #expect(LinearExtrapolation.samples(after: [], count: 2) == [0, 0])
    }
}
