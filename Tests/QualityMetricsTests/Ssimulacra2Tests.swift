import Media
import QualityMetrics
import Testing

/// A disturbed picture as a copy of the picture, and the other way round.
struct KnownScore: Sendable, CustomTestStringConvertible {
    let pictures: KnownValue
    let ofDisturbed: Double
    let ofOriginal: Double

    init(_ width: Int, _ height: Int, _ channels: PixelFormat.Channels, _ amount: Int, _ ofDisturbed: Double, _ ofOriginal: Double) {
        pictures = KnownValue(width, height, channels, amount, 0, 0, 0)
        (self.ofDisturbed, self.ofOriginal) = (ofDisturbed, ofOriginal)
    }

    var testDescription: String { pictures.testDescription }
}

// Computed in double precision from the metric's description, grey as R = G = B, with the pictures of QualityMetricsTests and the
// weights and cone matrix M of the Python package `ssimulacra2` 0.3:
//
//     w, s = np.array([1, 3, 5]) * np.pi / 10, np.array([1, -1, 1])
//     rho = np.exp(-1.125 * w**2) / 5
//     p, r = s / np.tan(w / 2), s / np.tan(w / 2) ** 2 / np.sin(w)
//     z = np.cross(p, r); z /= z[2]
//     kernel = np.linalg.solve([p, r, z], [1, 22.75, z @ rho]) @ np.cos(np.outer(w, np.arange(-4, 5)))
//     def blur(v):
//         for axis in (0, 1): v = np.apply_along_axis(lambda u: np.convolve(u, kernel)[4:-4], axis, v)
//         return v
//     def xyb(l):
//         c = np.cbrt(l @ M.T + 0.0037930732552754493) - np.cbrt(0.0037930732552754493)
//         x, y = (c[..., 0] - c[..., 1]) / 2, (c[..., 0] + c[..., 1]) / 2
//         return np.stack([14 * x + 0.42, y + 0.01, c[..., 2] - y + 0.55], 2)
//     def ssimulacra2(copy, original):        # linear() of sRGB; half() as in QualityMetricsTests
//         a, b, features = linear(original), linear(copy), []
//         for scale in range(6):
//             if min(a.shape[:2]) < 8: break
//             if scale: a, b = half(a), half(b)
//             x, y = xyb(a), xyb(b)
//             mx, my = blur(x), blur(y)
//             s = (2 * (blur(x * y) - mx * my) + 9e-4) / (blur(x * x) - mx**2 + blur(y * y) - my**2 + 9e-4)
//             d = (1 + abs(y - my)) / (1 + abs(x - mx)) - 1
//             maps = np.stack([1 - (1 - (mx - my) ** 2) * s, d, -d]).clip(0)
//             features.append([maps.mean((1, 2)), (maps**4).mean((1, 2)) ** 0.25])
//         f = np.array(features).transpose(3, 0, 1, 2).ravel()
//         e = 0.9562382616834844 * (f @ weights[: len(f)])
//         t = 2.326765642916932 * e - 0.020884521182843837 * e**2 + 6.248496625763138e-05 * e**3
//         return 100 - 10 * t**0.6276336467831387
private let knownScores = [
    KnownScore(176, 176, .rgb, 1, 97.18002971, 97.73159851),
    KnownScore(176, 176, .rgb, 40, 48.14679097, 47.59711771),
    KnownScore(192, 176, .grey, 12, 86.58718326, 86.29620984),
    KnownScore(163, 171, .rgb, 25, 67.96664279, 67.66637194),
    KnownScore(100, 90, .rgb, 20, 54.92641743, 55.51423182),
    KnownScore(33, 47, .rgb, 9, 56.86940577, 56.80007227),
    KnownScore(16, 16, .grey, 30, 87.16062043, 87.50839181),
    KnownScore(8, 9, .rgb, 10, 93.41080181, 92.44767734),
]

@Suite struct Ssimulacra2Tests {
    @Test(arguments: knownScores)
    func scoresEqualTheReference(_ known: KnownScore) throws {
        let (picture, disturbed) = (known.pictures.picture, known.pictures.disturbed)
        let forwards = try #require(try PictureComparison(of: disturbed, with: picture).ssimulacra2())
        let backwards = try #require(try PictureComparison(of: picture, with: disturbed).ssimulacra2())
        #expect(abs(forwards - known.ofDisturbed) < 2e-3)
        #expect(abs(backwards - known.ofOriginal) < 2e-3)
        #expect(try PictureComparison(of: picture, with: picture).ssimulacra2() == 100)
    }

    @Test func sixteenBitsScoreLikeEightOfTheSamePicture() throws {
        let known = knownScores[3]
        let wide = ImageBuffer(
            width: known.pictures.width, height: known.pictures.height, format: PixelFormat(.rgb, .sixteen),
            samples: known.pictures.disturbed.samples.map { $0 * 257 })
        let score = try #require(try PictureComparison(of: wide, with: known.pictures.picture).ssimulacra2())
        #expect(abs(score - known.ofDisturbed) < 2e-3)
    }

    @Test(arguments: [(7, 9), (9, 7), (1, 1)])
    func smallerPicturesHaveNoScore(_ width: Int, _ height: Int) throws {
        let picture = KnownValue(width, height, .rgb, 5, 0, 0, 0)
        #expect(try PictureComparison(of: picture.disturbed, with: picture.picture).ssimulacra2() == nil)
    }
}
