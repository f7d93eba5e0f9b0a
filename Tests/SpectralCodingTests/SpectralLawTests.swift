import Testing

@testable import SpectralCoding

@Suite struct SpectralLawTests {
    /// A pair that is not turned hides each channel's noise behind that channel.
    @Test func unturnedChannelsHideTheirOwnNoise() {
        for levels in [(20, 20), (30, 12), (16, 41), (45, 45), (10, 0)] {
            let heard = StepLaw.heard(levels, angle: 0)
            let exact = { (level: Int) in 128 * level }
            #expect(abs(heard.0 - exact(levels.0)) <= 3, "\(levels)")
            if levels.1 > 3 { #expect(abs(heard.1 - exact(levels.1)) <= 3, "\(levels)") }
        }
    }

    /// Turned by a right angle, the channels change places; by half of one, both loudspeakers are alike.
    @Test func heardFollowsTheAngle() {
        let straight = StepLaw.heard((30, 16), angle: 0), across = StepLaw.heard((30, 16), angle: 8)
        #expect(abs(across.0 - straight.0) <= 1 && abs(across.1 - straight.1) <= 1)
        let half = StepLaw.heard((30, 16), angle: 4)
        #expect(half.0 == half.1)
        // Both loudspeakers have half of the first channel's power, and the second's noise spreads to both.
        #expect(abs(half.0 - (128 * 30 - 128)) <= 3)
    }

    /// By hand: 20 levels are 2560; slope 200/256 makes 2000 of it.
    @Test func stepsFollowTheLaw() {
        let law = StepLaw(slope: 200, side: -44)
        #expect(law.step(heard: 2560, offset: 100, isSecond: false, quality: -300) == 2400)
        #expect(law.step(heard: 2560, offset: 100, isSecond: true, quality: -300) == 2356)
        #expect(law.step(heard: 0, offset: 0, isSecond: false, quality: 5000) == -1024)
        #expect(law.step(heard: 5760, offset: 600, isSecond: false, quality: -32768) == 4863)
    }

    @Test func logarithmsAndPowersAreInverse() {
        #expect(Octaves.of(1) == 0 && Octaves.of(1 << 40) == 40 * 256)
        #expect(Octaves.steps(0) == 1 << 14 && Octaves.steps(-1024) == 1 << 10 && Octaves.steps(512) == 1 << 16)
        #expect(Octaves.amplitude(level: 4, places: 6) == 256 && Octaves.amplitude(level: 3, places: 4) == 45)
        for logarithm in stride(from: -1024, through: 4863, by: 7) {
            #expect(abs(Octaves.of(Octaves.steps(logarithm)) - 14 * 256 - logarithm) <= 3)
        }
    }

    @Test func squareRootsAreRoundedDown() {
        for value in Array(0...10_000) + [1 << 52 - 1, 1 << 52, 9_214_000_000_000_000_000, .max] {
            let root = NoiseLevels.squareRoot(value)
            let (above, overflow) = (root + 1).multipliedReportingOverflow(by: root + 1)
            #expect(root * root <= value && (overflow || above > value))
        }
    }

    /// By hand: a band of level 8 (16 steps), 8 bins wide, with one magnitude of 32: 8·256 − 1024 over seven zeros is a power of 146.
    @Test func noiseFillsWhatIsMissing() {
        let noise = NoiseLevels(cap: 97, filled: 169, skipped: 212)
        #expect(noise.amplitude(skippedBand: 8) == 16 * 64 * 212 / 256)
        // 4·isqrt(floor((8·256² − 512²)/7)) = 4·193 = 772 in 1/64; a step of 64 caps it at 97·4096/256 = 1552.
        #expect(noise.amplitude(level: 8, width: 8, squares: 512 * 512, zeros: 7, step: 64 << 14) == (169 * 772) >> 8)
        #expect(noise.amplitude(level: 8, width: 8, squares: 512 * 512, zeros: 7, step: 16 << 14) == (169 * 388) >> 8)
        #expect(noise.amplitude(level: 8, width: 8, squares: 600 * 600 * 8, zeros: 1, step: 64 << 14) == 0)
    }
}
