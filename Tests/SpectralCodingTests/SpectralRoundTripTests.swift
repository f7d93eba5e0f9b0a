import BitstreamFormat
import IntegerKernels
import Testing
import TestSupport

@testable import SpectralCoding

@Suite struct SpectralRoundTripTests {
    static let rates = [8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000, 400_000]

    @Test(arguments: rates) func decodersHearWhatEncodersSay(sampleRate: Int) throws {
        var generator = SeededGenerator(seed: UInt64(sampleRate))
        for channels in [1, 2, 3] {
            let spectra = Spectra.random(3, channels: channels, sampleRate: sampleRate, using: &generator)
            let quality = Int.random(in: -1800...1500, using: &generator)
            let encoder = SpectralEncoder(model: Spectra.model, sampleRate: sampleRate, channels: channels)
            let decoder = SpectralDecoder(model: Spectra.model, sampleRate: sampleRate, channels: channels)
            let encoded = encoder.encode(spectra, quality: quality)
            let superframe = SoundHeader.superframe(sampleRate: sampleRate)
            let decoded = try decoder.decode(encoded.content[...], frames: 2 * superframe + 1)
            #expect(decoded.channels == encoder.signal(of: encoded).channels)
            #expect(decoded.channels.count == channels && decoded.channels.allSatisfy { $0.count == 3 * superframe })
        }
    }

    @Test(arguments: KernelImplementation.available) func kernelsAgree(kernel: KernelImplementation) throws {
        var generator = SeededGenerator(seed: 7)
        let spectra = Spectra.random(4, channels: 2, sampleRate: 48000, using: &generator)
        let reference = SpectralEncoder(model: Spectra.model, sampleRate: 48000, channels: 2, kernel: .reference)
        let other = SpectralEncoder(model: Spectra.model, sampleRate: 48000, channels: 2, kernel: kernel)
        let (expected, found) = (reference.encode(spectra, quality: -500), other.encode(spectra, quality: -500))
        #expect(found.content == expected.content)
        var (one, two) = (reference.signal(of: expected), other.signal(of: found))
        one.unfoldInside(kernel: .reference)
        two.unfoldInside(kernel: kernel)
        #expect(one.channels == two.channels)
    }

    /// The most that an encoder lets in, and more than that: nothing overflows.
    @Test func valuesOfAnySizeAreCoded() throws {
        var generator = SeededGenerator(seed: 8)
        let encoder = SpectralEncoder(model: Spectra.model, sampleRate: 48000, channels: 2)
        let decoder = SpectralDecoder(model: Spectra.model, sampleRate: 48000, channels: 2)
        for quality in [-32768, -3000, 0, 3000, 32767] {
            let spectra = Spectra.random(2, channels: 2, sampleRate: 48000, loudest: 30, using: &generator)
            let encoded = encoder.encode(spectra, quality: quality)
            let decoded = try decoder.decode(encoded.content[...], frames: 4096)
            #expect(decoded.channels == encoder.signal(of: encoded).channels, "\(quality)")
        }
    }

    @Test func finerStepsCostMoreAndErrLess() {
        var generator = SeededGenerator(seed: 9)
        let spectra = Spectra.random(6, channels: 1, sampleRate: 48000, loudest: 16, using: &generator)
        let encoder = SpectralEncoder(model: Spectra.model, sampleRate: 48000, channels: 1)
        let points = stride(from: -512, through: 1280, by: 256).map { quality in
            let encoded = encoder.encode(spectra, quality: quality)
            return (bytes: encoded.content.count, error: Self.squaredError(spectra, encoded.superframes))
        }
        for (coarse, fine) in zip(points, points.dropFirst()) {
            #expect(fine.bytes > coarse.bytes && fine.error < coarse.error)
        }
        #expect(points.last!.error < points.first!.error / 1000)
    }

    private static func squaredError(_ wanted: [[SuperframeSpectrum]], _ found: [[SuperframeSpectrum]]) -> Double {
        var sum = 0.0
        for (one, other) in zip(wanted, found) {
            for (value, decoded) in zip(one[0].coefficients[0], other[0].coefficients[0]) {
                let error = Double(value) - Double(decoded)
                sum += error * error
            }
        }
        return sum
    }

    @Test func silenceTakesNextToNothing() throws {
        let silence = SuperframeSpectrum(split: 0, angles: Array(repeating: 4, count: 13), coefficients: [[Int32]](repeating: .init(repeating: 0, count: 2048), count: 2))
        let encoder = SpectralEncoder(model: Spectra.model, sampleRate: 48000, channels: 2)
        let encoded = encoder.encode(Array(repeating: [silence], count: 94), quality: 0)
        #expect(encoded.content.count < 120)
        #expect(encoder.signal(of: encoded).channels.joined().allSatisfy { $0 == 0 })
    }
}
