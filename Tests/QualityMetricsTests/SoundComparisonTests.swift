import Media
import QualityMetrics
import Testing

@Suite struct SoundComparisonTests {
    private static let format = AudioFormat(sampleRate: 44100, channels: 2, sample: .integer(bits: 16))

    private func sound(_ frames: Int, disturbed: Bool = false, scale: Int32 = 1) -> AudioBuffer {
        let channels = (0..<2).map { channel in
            (0..<frames).map { frame -> Int32 in
                let value = Int32((frame * 7919 + channel * 104_729) % 20011 - 10005)
                return (value + (disturbed ? Int32((frame * 31 + channel) % 201 - 100) : 0)) * scale
            }
        }
        return AudioBuffer(format: Self.format, samples: .integer(channels))
    }

    /// NumPy: `a = (m @ r) / (r @ r); 10 * log10((a*r)@(a*r) / ((m-a*r)@(m-a*r)))`, and the root mean square over
    /// `rfft` bins of 2048 samples under `0.5 - 0.5 cos(2πt/2048)`, powers · 16/2048² + 1e-10 in dB, its mean over stretches.
    @Test(arguments: [(300, 39.94020911007938, 0.23999775773178478), (5000, 39.960355584592, 0.6326914361714606)])
    func measuresAreThoseOfNumPy(frames: Int, ratio: Double, distance: Double) throws {
        let comparison = try SoundComparison(of: sound(frames, disturbed: true), with: sound(frames))
        #expect(abs(comparison.scaleInvariantRatio - ratio) < 1e-6)
        #expect(abs(comparison.logSpectralDistance - distance) < 1e-6)
        #expect(comparison.maximumDifference == 100.0 / 32768)
        #expect(!comparison.isIdentical)
    }

    @Test func equalSoundsAreIdentical() throws {
        let comparison = try SoundComparison(of: sound(3000), with: sound(3000))
        #expect(comparison.isIdentical)
        #expect(comparison.scaleInvariantRatio == .infinity)
        #expect(comparison.logSpectralDistance == 0)
    }

    @Test func volumeIsNoDistortion() throws {
        let comparison = try SoundComparison(of: sound(3000, scale: 2), with: sound(3000))
        #expect(comparison.scaleInvariantRatio > 200)
        #expect(comparison.logSpectralDistance > 5)
    }

    @Test func depthsAreComparedAtFullScale() throws {
        let floats = AudioBuffer(
            format: AudioFormat(sampleRate: 44100, channels: 2, sample: .float32),
            samples: .float32([[0.5, -0.25], [0, 1]]))
        let integers = AudioBuffer(format: Self.format, samples: .integer([[16384, -8192], [0, 32767]]))
        let comparison = try SoundComparison(of: floats, with: integers)
        #expect(comparison.maximumDifference == 1.0 / 32768)
        #expect(!comparison.isIdentical)
    }

    @Test func otherLengthsAndFormatsAreRefused() throws {
        #expect(throws: ComparisonError.lengthsDiffer(first: 3, second: 4)) {
            try SoundComparison(of: sound(3), with: sound(4))
        }
        let other = AudioBuffer(
            format: AudioFormat(sampleRate: 48000, channels: 2, sample: .integer(bits: 16)), samples: .integer([[], []]))
        #expect(throws: ComparisonError.self) { try SoundComparison(of: sound(0), with: other) }
    }
}
