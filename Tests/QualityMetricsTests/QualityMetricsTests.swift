import Media
import QualityMetrics
import Testing

/// A case of the table below: a picture, how far it is disturbed, and what it must measure.
struct KnownValue: Sendable, CustomTestStringConvertible {
    var width: Int
    var height: Int
    var channels: PixelFormat.Channels
    var amount: Int
    var psnr: Double
    var msssim: Double
    var scales: Int

    init(
        _ width: Int, _ height: Int, _ channels: PixelFormat.Channels, _ amount: Int,
        _ psnr: Double, _ msssim: Double, _ scales: Int
    ) {
        (self.width, self.height, self.channels) = (width, height, channels)
        (self.amount, self.psnr, self.msssim, self.scales) = (amount, psnr, msssim, scales)
    }

    var testDescription: String { "\(width)×\(height) \(channels), disturbed by \(amount)" }

    var picture: ImageBuffer { image { pattern(x: $0, y: $1, channel: $2) } }

    var disturbed: ImageBuffer {
        image { x, y, channel in
            let noise = (x * 5 + y * 3 + channel + x * y) % (2 * amount + 1) - amount
            return min(255, max(0, pattern(x: x, y: y, channel: channel) + noise))
        }
    }

    private func pattern(x: Int, y: Int, channel: Int) -> Int {
        (x * 7 + y * 13 + channel * 29 + x * y % 31 + 51 + (x / 9 + y / 7) % 3 * 50) % 256
    }

    private func image(_ sample: (Int, Int, Int) -> Int) -> ImageBuffer {
        var samples: [UInt16] = []
        for y in 0..<height {
            for x in 0..<width {
                for channel in 0..<channels.count { samples.append(UInt16(sample(x, y, channel))) }
            }
        }
        return ImageBuffer(
            width: width, height: height, format: PixelFormat(channels, .eight), samples: samples)
    }
}

// The values were computed in double precision with this, picture and disturbance as above:
//
//     def psnr(a, b): return 10 * np.log10(255**2 / np.mean((a - b) ** 2.0))
//     def gauss(n): g = np.exp(-((np.arange(n) - (n - 1) / 2) ** 2) / 4.5); return g / g.sum()
//     def blur(p):
//         for axis in (0, 1):
//             g = gauss(min(11, p.shape[axis]))
//             p = np.apply_along_axis(lambda v: np.convolve(v, g, "valid"), axis, p)
//         return p
//     def ssim(a, b):
//         c1, c2 = 2.55**2, 7.65**2
//         ma, mb = blur(a), blur(b)
//         va, vb, vab = blur(a * a) - ma**2, blur(b * b) - mb**2, blur(a * b) - ma * mb
//         cs = (2 * vab + c2) / (va + vb + c2)
//         return np.mean((2 * ma * mb + c1) / (ma**2 + mb**2 + c1) * cs), np.mean(cs)
//     def half(p):
//         p = np.pad(p, [(0, n % 2) for n in p.shape], "edge")
//         return (p[::2, ::2] + p[1::2, ::2] + p[::2, 1::2] + p[1::2, 1::2]) / 4
//     def msssim(a, b):   # mean over channels; scales while min(a.shape) >= 11, 5 at most
//         weights = np.array([0.0448, 0.2856, 0.3001, 0.2363, 0.1333])[:scales]
//         if scales < 5: weights /= weights.sum()
//         value = 1
//         for i, weight in enumerate(weights):
//             if i: a, b = half(a), half(b)
//             value *= max(0, ssim(a, b)[0 if i == scales - 1 else 1]) ** weight
//
// For sides divisible by 16, pytorch_msssim 1.0 (with a window of floats) agrees to 1e-7.
let knownValues = [
    KnownValue(176, 176, .rgb, 1, 49.909910616, 0.999985694, 5),
    KnownValue(176, 176, .rgb, 40, 21.111337034, 0.984561123, 5),
    KnownValue(192, 176, .grey, 12, 31.209803332, 0.998641439, 5),
    KnownValue(163, 171, .rgb, 25, 25.026428611, 0.993722699, 5),
    KnownValue(161, 200, .rgb, 60, 17.809521780, 0.968698655, 5),
    KnownValue(100, 90, .rgb, 20, 26.909466755, 0.995672592, 4),
    KnownValue(33, 47, .rgb, 9, 33.461487158, 0.997290339, 2),
    KnownValue(16, 16, .grey, 30, 23.773964671, 0.967220802, 1),
    KnownValue(7, 5, .rgb, 10, 32.583893443, 0.968376750, 1),
    KnownValue(1, 1, .rgb, 4, 38.278036177, 0.998592360, 1),
    KnownValue(20, 1, .grey, 10, 32.484142966, 0.949022323, 1),
]

@Suite struct QualityMetricsTests {
    @Test(arguments: knownValues)
    func measuresEqualTheReference(_ known: KnownValue) throws {
        let comparison = try PictureComparison(of: known.disturbed, with: known.picture)
        #expect(abs(comparison.peakSignalToNoiseRatio - known.psnr) < 1e-8)
        let similarity = comparison.multiScaleSimilarity()
        #expect(abs(similarity.value - known.msssim) < 2e-6)
        #expect(similarity.scales == known.scales)
    }

    @Test(arguments: knownValues)
    func theOrderOfPicturesDoesNotMatter(_ known: KnownValue) throws {
        let forwards = try PictureComparison(of: known.disturbed, with: known.picture)
        let backwards = try PictureComparison(of: known.picture, with: known.disturbed)
        #expect(forwards.meanSquaredError == backwards.meanSquaredError)
        #expect(forwards.multiScaleSimilarity() == backwards.multiScaleSimilarity())
    }

    @Test(arguments: knownValues)
    func equalPicturesAreInfinitelyClose(_ known: KnownValue) throws {
        let comparison = try PictureComparison(of: known.picture, with: known.picture)
        #expect(comparison.meanSquaredError == 0)
        #expect(comparison.peakSignalToNoiseRatio == .infinity)
        #expect(comparison.multiScaleSimilarity().value == 1)
        #expect(comparison.multiScaleSimilarity().decibels == .infinity)
    }

    @Test func sixteenBitsMeasureLikeEightOfTheSamePicture() throws {
        let known = knownValues[1]
        let wide = scaled(known.disturbed)
        #expect(wide.format.bitDepth == .sixteen)
        for original in [known.picture, scaled(known.picture)] {
            let comparison = try PictureComparison(of: wide, with: original)
            #expect(comparison.peak == 65_535)
            #expect(abs(comparison.peakSignalToNoiseRatio - known.psnr) < 1e-8)
            #expect(abs(comparison.multiScaleSimilarity().value - known.msssim) < 2e-6)
        }
    }

    private func scaled(_ image: ImageBuffer) -> ImageBuffer {
        ImageBuffer(
            width: image.width, height: image.height,
            format: PixelFormat(image.format.channels, .sixteen),
            samples: image.samples.map { $0 * 257 })
    }

    @Test func greyCountsAsEqualColoursAndAlphaNotAtAll() throws {
        let known = knownValues[2]
        let original = known.picture
        let format = PixelFormat(.rgba, .eight)
        let colored = ImageBuffer(
            width: original.width, height: original.height, format: format,
            samples: known.disturbed.samples.enumerated().flatMap { index, sample in
                [sample, sample, sample, UInt16(index % 256)]
            })
        let comparison = try PictureComparison(of: colored, with: original)
        #expect(comparison.channels == 3)
        #expect(abs(comparison.peakSignalToNoiseRatio - known.psnr) < 1e-8)
        #expect(abs(comparison.multiScaleSimilarity().value - known.msssim) < 2e-6)
    }

    @Test func picturesOfDifferentSizesAreRefused() {
        let (first, second) = (knownValues[0].picture, knownValues[2].picture)
        #expect(
            throws: ComparisonError.sizesDiffer(
                first: .init(width: 176, height: 176), second: .init(width: 192, height: 176))
        ) {
            try PictureComparison(of: first, with: second)
        }
    }
}
