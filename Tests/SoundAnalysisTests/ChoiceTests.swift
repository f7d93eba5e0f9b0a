import IntegerKernels
@testable import SoundAnalysis
import SpectralCoding
import TestSupport
import Testing

/// Which splits and angles sounds get whose best ones are plain.
@Suite struct ChoiceTests {
    private func analyse(_ sound: [[Int32]], rate: Int = 48000) -> [SuperframeSpectrum] {
        var analyser = SoundAnalyser(sampleRate: rate, channels: sound.count, stereoEdges: TestSounds.stereoEdges)
        return (analyser.append(sound) + analyser.finish()).map { $0[0] }
    }

    /// Rates whose superframes are short enough that all a split depends on is known when it is chosen; at others an overlap may be promised for nothing.
    private static let wholeRates = [8000, 16000, 32000, 64000]

    @Test(arguments: wholeRates + [44100, 48000, 96000])
    func stationarySoundsHaveLongBlocks(rate: Int) {
        var generator = SeededGenerator(seed: UInt64(rate))
        let frames = 20 * SuperframeGeometry(sampleRate: rate).length
        let tone = TestSounds.tone(frames: frames, frequency: 0.05)
        let hum = zip(tone, TestSounds.noise(frames: frames, amplitude: 3, using: &generator)).map { $0 + $1 }
        // The beginning and the end are no such thing.
        for sound in [[tone], [tone, tone], [tone, hum], [hum]] { #expect(analyse(sound, rate: rate)[1..<19].allSatisfy { $0.split == 0 }) }
    }

    @Test(arguments: [8000, 44100, 48000, 96000, 192_000])
    func longBlocksWinWhereAllIsKnown(rate: Int) {
        let geometry = SuperframeGeometry(sampleRate: rate)
        let choice = SplitChoice(geometry, transform: SuperframeTransform(geometry, kernel: .best))
        for frequency in [0.003, 0.02, 0.2] {
            let window = TestSounds.tone(frames: geometry.window, frequency: frequency, phase: 0.3)
            #expect(choice.split(of: [window], after: nil) == 0)
        }
    }

    @Test(arguments: [8000, 44100, 48000, 96000])
    func silenceHasLongBlocks(rate: Int) {
        #expect(analyse([Array(repeating: 0, count: 30000)], rate: rate).allSatisfy { $0.split == 0 })
    }

    @Test(arguments: wholeRates + [44100, 48000, 96000], [1, 2])
    func clicksHaveShortBlocks(rate: Int, channels: Int) {
        let length = SuperframeGeometry(sampleRate: rate).length
        var sound = TestSounds.tone(frames: 20 * length, frequency: 0.05, amplitude: 100)
        // In the middle of superframe 7: the long blocks beside it do not reach it.
        sound[7 * length + length / 2] += 64 * 3000
        let splits = analyse(Array(repeating: sound, count: channels), rate: rate).map(\.split)
        #expect(splits[7] >= 3)
        if Self.wholeRates.contains(rate) { #expect((splits[1..<7] + splits[8..<19]).allSatisfy { $0 == 0 }) }
    }

    /// A click in one channel only, and one that is in neither middle nor side alone, count as well.
    @Test(arguments: [0, 1])
    func eitherChannelMaySplitAPair(channel: Int) {
        var pair = [[Int32]](repeating: TestSounds.tone(frames: 20 * 2048, frequency: 0.05, amplitude: 100), count: 2)
        pair[channel][7 * 2048 + 1024] += 64 * 30000
        #expect(analyse(pair)[7].split >= 3)
    }

    /// An angle of θ · π/16 points at a source that is cos θ in the left and sin θ in the right.
    @Test(arguments: [(1.0, 0.0, 0), (0.0, 1.0, 8), (0.7, 0.7, 4), (0.7, -0.7, 12), (0.924, 0.383, 2), (0.383, 0.924, 6)])
    func anglesPointAtTheSource(left: Double, right: Double, angle: Int) {
        var generator = SeededGenerator(seed: 3)
        let source = TestSounds.noise(frames: 20 * 2048, using: &generator)
        let superframes = analyse([left, right].map { gain in source.map { Int32((Double($0) * gain).rounded()) } })
        for superframe in superframes {
            #expect(superframe.angles == Array(repeating: angle, count: 13))
            let loudest = superframe.coefficients.map { $0.reduce(0) { max($0, abs($1)) } }
            #expect(loudest[1] < loudest[0] / 500)
        }
    }

    @Test func sourcesOfDifferentBandsHaveDifferentAngles() {
        let low = TestSounds.tone(frames: 20 * 2048, frequency: 0.005), high = TestSounds.tone(frames: 20 * 2048, frequency: 0.3)
        // Bins 20 and 1229 of 2048.
        for superframe in analyse([low, high]) { #expect(superframe.angles[1] == 0 && superframe.angles[11] == 8) }
    }

    /// Where no angle is better the last one stays.
    @Test func anglesStayWithoutAReason() {
        var generator = SeededGenerator(seed: 4)
        let silence = [Int32](repeating: 0, count: 10 * 2048)
        let left = TestSounds.noise(frames: 10 * 2048, using: &generator) + silence
        let angles = analyse([left, silence + silence]).map(\.angles)
        #expect(angles.allSatisfy { $0 == Array(repeating: 0, count: 13) })
        #expect(analyse([silence, silence]).allSatisfy { $0.angles == Array(repeating: 4, count: 13) })
    }

    @Test func bandsEndWhereCodingEnds() {
        let pair = [[Int32]](repeating: Array(repeating: 0, count: 3000), count: 2)
        #expect(analyse(pair, rate: 8000).allSatisfy { $0.angles.count == 7 && $0.coefficients[0].count == 256 })
        #expect(analyse(pair, rate: 32000).allSatisfy { $0.angles.count == 11 && $0.coefficients[0].count == 1024 })
        #expect(analyse(pair, rate: 96000).allSatisfy { $0.angles.count == 13 && $0.coefficients[0].count == 4096 })
        #expect(analyse([pair[0]]).allSatisfy { $0.angles.isEmpty })
    }
}
