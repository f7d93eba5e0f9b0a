import IntegerKernels
@testable import LatentRefinement
import Media
@testable import QualityMetrics
import TestSupport
import Testing
import VCodec

extension Pair {
    fileprivate func distortion(threads: Int = 2) throws -> VisualDistortion {
        try #require(VisualDistortion(wanted: wanted, width: width, height: height, engine: IntegerEngine(threads: threads)))
    }
}

@Suite struct VisualTests {
    /// Of two to six scales, with whole vectors and with cut ones.
    static let sizes = [(8, 8), (9, 14), (16, 11), (45, 37), (64, 30), (200, 171)]

    @Test(arguments: sizes)
    func errorIsThatOfTheMetric(size: (width: Int, height: Int)) throws {
        let pair = Pair(width: size.width, height: size.height, seed: 1)
        let comparison = try PictureComparison(of: pair.image(pair.shown), with: pair.image(pair.source))
        let expected = Ssimulacra2(original: LinearPicture(comparison, .second), copy: LinearPicture(comparison, .first)).error
        let error = try pair.distortion().error(of: pair.differences)
        #expect(abs(error / expected - 1) < 1e-3)
    }

    /// In random directions, of which each changes some of the samples.
    @Test(arguments: sizes)
    func gradientsAreThoseOfFiniteDifferences(size: (width: Int, height: Int)) throws {
        let (width, height) = size
        let pair = Pair(width: width, height: height, seed: 2), distortion = try pair.distortion()
        let plain = pair.differences.depthToSpace(by: 8)
        let replaced = pair.differences
        distortion.replace(replaced, squarePrice: 1)
        let flat = replaced.depthToSpace(by: 8)
        // A difference of d is the gradient of d / 32 · price, of which a share is squared error's.
        let unit = 0.8 / 11_000 * 255 * 255 * 3 * Double(width * height)
        var random = SeededGenerator(seed: 3)
        var (found, expected): ([Double], [Double]) = ([], [])
        for _ in 0..<8 {
            var slope = 0.0
            let ends = [pair.differences.depthToSpace(by: 8), pair.differences.depthToSpace(by: 8)]
            for y in 0..<height {
                for x in 0..<width {
                    for c in 0..<3 where Int.random(in: 0..<4, using: &random) == 0 {
                        let gradient = Double(flat[y, x, c]) - 0.2 * Double(plain[y, x, c])
                        // Mostly downhill, so that the sum is no small difference.
                        let direction: Int16 = (gradient > 0) == (Int.random(in: 0..<4, using: &random) > 0) ? 8 : -8
                        slope += gradient / 32 * Double(direction) / 64
                        ends[0][y, x, c] += direction
                        ends[1][y, x, c] -= direction
                    }
                }
            }
            let errors = ends.map { distortion.error(of: $0.spaceToDepth(by: 8)) }
            expected.append((errors[0] - errors[1]) / 2 * unit)
            found.append(slope)
        }
        #expect(relativeError(found, expected) < 0.03, "\(found) \(expected)")
    }

    @Test(arguments: [(70, 41), (9, 8)])
    func samplesBeyondThePictureHaveNoGradient(size: (width: Int, height: Int)) throws {
        let pair = Pair(width: size.width, height: size.height, seed: 4), gradient = pair.differences
        try pair.distortion().replace(gradient, squarePrice: 1)
        let places = pair.places(of: gradient)
        #expect(places.beyond == 0 && places.within > size.width * size.height / 2)
    }

    @Test func threadsDoNotChangeTheGradient() throws {
        let pair = Pair(width: 210, height: 190, seed: 5)
        let gradients = try [1, 2, 5].map { threads in
            let gradient = pair.differences
            try pair.distortion(threads: threads).replace(gradient, squarePrice: 1)
            return gradient.values
        }
        #expect(gradients[1] == gradients[0] && gradients[2] == gradients[0])
    }

    @Test func equalPicturesHaveNeitherErrorNorGradient() throws {
        let pair = Pair(width: 40, height: 30, seed: 6, amount: 0), distortion = try pair.distortion()
        let gradient = pair.differences
        #expect(distortion.error(of: gradient) < 1e-4)
        distortion.replace(gradient, squarePrice: 1)
        #expect(gradient.values.allSatisfy { $0 == 0 })
    }

    @Test(arguments: [(7, 40), (40, 7)])
    func smallPicturesAreNotForTheMetric(size: (width: Int, height: Int)) throws {
        let pair = Pair(width: size.width, height: size.height, seed: 7)
        #expect(VisualDistortion(wanted: pair.wanted, width: size.width, height: size.height, engine: IntegerEngine(threads: 1)) == nil)
        #expect(try tuned(pair, quality: 40, effort: Effort(5)).bytes > 0)
    }

    /// Prices are those of gradients three times as large as the differences, wherever these are.
    @Test func localPricesAreRatiosOfMagnitudes() {
        let pair = Pair(width: 64, height: 40, seed: 8), before = pair.differences, after = pair.differences
        for y in 0..<after.height {
            for x in 0..<after.width {
                for c in 0..<192 { after[y, x, c] *= c % 2 == 0 ? 3 : -3 }
            }
        }
        let prices = LocalPrices(of: before, replacedBy: after)
        #expect((0..<5).allSatisfy { y in (0..<8).allSatisfy { abs(prices[y, $0] - 3) < 1e-5 } })
    }

    private func tuned(
        _ pair: Pair, _ tune: DistortionMeasure = .ssimulacra2, quality: Double, effort: Effort
    ) throws -> (bytes: Int, score: Double) {
        let image = pair.image(pair.source)
        var options = EncodingOptions()
        (options.target, options.effort, options.tune) = (.quality(quality), effort, tune)
        let bytes = try ImageEncoder(options: options).encode(image).bytes
        let comparison = try PictureComparison(of: ImageDecoder().decode(bytes).image, with: image)
        return (bytes.count, comparison.ssimulacra2() ?? 0)
    }
}
