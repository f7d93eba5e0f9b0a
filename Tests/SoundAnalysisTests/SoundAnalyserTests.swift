import IntegerKernels
@testable import SoundAnalysis
import SpectralCoding
import TestSupport
import Testing

/// What the analyser hands out, and when.
@Suite struct SoundAnalyserTests {
    static let rates = [8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000]

    /// `[superframe][element]`
    private func analyse(_ sound: [[Int32]], rate: Int) -> [[SuperframeSpectrum]] {
        var analyser = SoundAnalyser(sampleRate: rate, channels: sound.count, stereoEdges: TestSounds.stereoEdges)
        return analyser.append(sound) + analyser.finish()
    }

    /// The channels of a pair have something in common.
    private func sound(channels: Int, frames: Int, seed: UInt64) -> [[Int32]] {
        var generator = SeededGenerator(seed: seed)
        var sound = (0..<channels).map { _ in TestSounds.changing(frames: frames, using: &generator) }
        for channel in stride(from: 1, to: channels, by: 2) {
            sound[channel] = zip(sound[channel - 1], sound[channel]).map { $0 / 2 + $1 / 4 }
        }
        return sound
    }

    @Test(arguments: rates, [1, 2, 3])
    func soundComesBack(rate: Int, channels: Int) {
        let superframe = SuperframeGeometry(sampleRate: rate).length
        let frames = 40 * superframe + 3 * rate % 1000
        let sound = sound(channels: channels, frames: frames, seed: UInt64(rate + channels))
        let superframes = analyse(sound, rate: rate)
        #expect(superframes.count == (frames + superframe - 1) / superframe)
        #expect(superframes.allSatisfy { $0.count == (channels + 1) / 2 })
        #expect(Set(superframes.joined().map(\.split)).count >= 3, "a test of the overlaps between different splits")

        let synthesis = SoundSynthesis(channels: channels, stereoEdges: TestSounds.stereoEdges, superframe: superframe)
        let decoded = synthesis.samples(superframes)
        for (there, back) in zip(sound, decoded) {
            let errors = zip(there, back).map { Int(abs($0 - $1)) }
            #expect(errors.max()! <= 8)
            #expect(errors.reduce(0) { $0 + $1 * $1 } <= 2 * frames, "about as much as rounding has to leave")
        }
    }

    @Test(arguments: [0, 1, 2047, 2048, 2049, 4096])
    func soundsMayBeShort(frames: Int) {
        let sound = [TestSounds.tone(frames: frames, amplitude: 20000, phase: 1)]
        let superframes = analyse(sound, rate: 48000)
        #expect(superframes.count == (frames + 2047) / 2048)
        let decoded = SoundSynthesis(channels: 1, stereoEdges: TestSounds.stereoEdges, superframe: 2048).samples(superframes)
        #expect(zip(sound[0], decoded.first ?? []).allSatisfy { abs($0 - $1) <= 8 })
    }

    /// Below 5120 Hz a superframe of the least length takes longer than that.
    @Test(arguments: rates + [5120, 10250, 10251, 20500, 20501, 41000, 41001, 82000, 82001, 192_000])
    func delayIsAtMostATenthOfASecond(rate: Int) {
        let superframe = SuperframeGeometry(sampleRate: rate).length
        var analyser = SoundAnalyser(sampleRate: rate, channels: 1, stereoEdges: TestSounds.stereoEdges)
        var given = 0, received = 0
        for index in 0..<12 {
            // A decoder's first samples of a superframe lie half of one before it.
            let due = index * superframe - superframe / 2 + rate / 10
            received += analyser.append([Array(repeating: 64, count: due - given)]).count
            given = due
            #expect(received > index)
        }
    }

    @Test(arguments: [8000, 22050, 48000, 96000], [1, 2, 3])
    func piecesMakeNoDifference(rate: Int, channels: Int) {
        var generator = SeededGenerator(seed: UInt64(rate + channels))
        let frames = 12 * SuperframeGeometry(sampleRate: rate).length + 77
        let sound = sound(channels: channels, frames: frames, seed: UInt64(rate))
        var analyser = SoundAnalyser(sampleRate: rate, channels: channels, stereoEdges: TestSounds.stereoEdges)
        var superframes: [[SuperframeSpectrum]] = [], start = 0
        while start < frames {
            let end = min(frames, start + [0, 1, 7, 480, 5000].randomElement(using: &generator)!)
            superframes += analyser.append(sound.map { Array($0[start..<end]) })
            start = end
        }
        superframes += analyser.finish()
        #expect(superframes == analyse(sound, rate: rate))
    }

    /// Even of those that are handed over at once.
    @Test(arguments: [8000, 41001, 48000, 82000])
    func laterSamplesAreNotLookedAt(rate: Int) {
        let superframe = SuperframeGeometry(sampleRate: rate).length
        let one = sound(channels: 2, frames: 12 * superframe, seed: 1), other = sound(channels: 2, frames: 12 * superframe, seed: 2)
        let first = analyse(one, rate: rate)
        for index in 0..<8 {
            let known = index * superframe - superframe / 2 + rate / 10
            let changed = zip(one, other).map { Array($0[..<known] + $1[known...]) }
            let second = analyse(changed, rate: rate)
            #expect(second[...index] == first[...index])
            #expect(second != first)
        }
    }

    @Test func elementsKnowNothingOfEachOther() {
        let sound = sound(channels: 5, frames: 20000, seed: 5)
        let all = analyse(sound, rate: 44100)
        let pairs = [Array(sound[0...1]), Array(sound[2...3]), [sound[4]]].map { analyse($0, rate: 44100) }
        for (element, alone) in pairs.enumerated() { #expect(all.map { $0[element] } == alone.map { $0[0] }) }
    }

    @Test func everyImplementationAnalysesAlike() {
        let sound = sound(channels: 2, frames: 30000, seed: 6)
        let results = KernelImplementation.available.map { kernel in
            var analyser = SoundAnalyser(sampleRate: 48000, channels: 2, stereoEdges: TestSounds.stereoEdges, kernel: kernel)
            return analyser.append(sound) + analyser.finish()
        }
        #expect(results.allSatisfy { $0 == results[0] })
    }
}

extension SuperframeSpectrum: Equatable {
    static func == (a: Self, b: Self) -> Bool {
        a.split == b.split && a.angles == b.angles && a.coefficients == b.coefficients
    }
}
