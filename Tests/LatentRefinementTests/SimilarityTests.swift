import IntegerKernels
@testable import LatentRefinement
import LatentCoding
import Media
import QualityMetrics
import TestSupport
import Testing
import VCodec

extension Pair {
    fileprivate func distortion(price: Double, engine: IntegerEngine = IntegerEngine(threads: 2)) -> SimilarityDistortion {
        SimilarityDistortion(wanted: wanted, width: width, height: height, price: price, engine: engine)
    }
}

@Suite struct SimilarityTests {
    /// Of one, two, three and five scales, with whole windows and with cut ones.
    static let sizes = [(1, 1), (3, 40), (9, 14), (16, 11), (45, 37), (64, 30), (200, 171)]

    @Test(arguments: sizes)
    func lossIsThatOfTheMetric(size: (width: Int, height: Int)) throws {
        let pair = Pair(width: size.width, height: size.height, seed: 1)
        let value = try PictureComparison(of: pair.image(pair.shown), with: pair.image(pair.source)).multiScaleSimilarity().value
        let loss = pair.distortion(price: 2).loss(of: pair.differences) / Double(2 * size.width * size.height)
        #expect(abs(loss - (1 - value)) < 2e-6 + 1e-4 * (1 - value))
    }

    /// At corners, at edges and anywhere.
    @Test(arguments: sizes)
    func gradientsAreThoseOfFiniteDifferences(size: (width: Int, height: Int)) {
        let (width, height) = size
        let pair = Pair(width: width, height: height, seed: 2)
        // Prices that leave gradients of some hundreds to be rounded to whole numbers.
        let gradient = pair.differences
        pair.distortion(price: 1).replace(gradient, squarePrice: 2e-6 * Double(width * height).squareRoot())
        let flat = gradient.depthToSpace(by: 8)
        var random = SeededGenerator(seed: 3)
        let places = [(0, 0), (height - 1, width - 1), (0, width - 1), (height / 2, 0)]
            + (0..<6).map { _ in (Int.random(in: 0..<height, using: &random), Int.random(in: 0..<width, using: &random)) }
        var (found, expected): ([Double], [Double]) = ([], [])
        for (i, (y, x)) in places.enumerated() {
            let channel = i % 3
            let reference = DoubleSimilarity(height: height, width: width, source: pair.plane(pair.source, channel))
            func loss(_ change: Double) -> Double {
                var shown = pair.plane(pair.shown, channel)
                shown[y * width + x] += change
                return reference.loss(of: shown) / 3 * Double(width * height)
            }
            expected.append((loss(0.01) - loss(-0.01)) / 0.02)
            found.append(Double(flat[y, x, channel]) * 2e-6 * Double(width * height).squareRoot() / 32)
        }
        #expect(relativeError(found, expected) < 0.02)
    }

    @Test(arguments: [(70, 41), (5, 3)])
    func samplesBeyondThePictureHaveNoGradient(size: (width: Int, height: Int)) {
        let pair = Pair(width: size.width, height: size.height, seed: 4), gradient = pair.differences
        pair.distortion(price: 100).replace(gradient, squarePrice: 1e-4)
        let places = pair.places(of: gradient)
        #expect(places.beyond == 0 && places.within > size.width * size.height / 2)
    }

    @Test func threadsDoNotChangeTheGradient() {
        let pair = Pair(width: 210, height: 190, seed: 5)
        let gradients = [1, 2, 5].map { threads in
            let gradient = pair.differences, distortion = pair.distortion(price: 5, engine: IntegerEngine(threads: threads))
            distortion.replace(gradient, squarePrice: 1e-3)
            return (gradient.values, distortion.loss(of: pair.differences))
        }
        for other in gradients.dropFirst() { #expect(other.0 == gradients[0].0 && other.1 == gradients[0].1) }
    }

    /// Sharp prices for smooth places, and the right sum.
    @Test func localPricesCostWhatTheLossIs() {
        let pair = Pair(width: 192, height: 128, seed: 6, amount: 5), differences = pair.differences
        let distortion = pair.distortion(price: 20), prices = LocalPrices(distortion, on: differences, squarePrice: 0.01)
        var cost = 0.0
        for y in 0..<differences.height {
            for x in 0..<differences.width {
                let squares = (0..<192).reduce(0) { $0 + Int(differences[y, x, $1]) * Int(differences[y, x, $1]) }
                cost += 0.01 * Double(prices[y, x]) * Double(squares) / 4096
            }
        }
        #expect(abs(cost / distortion.loss(of: differences) - 1) < 0.02)
        let none = Feature(height: 16, width: 24, repeating: Array(repeating: 0, count: 192))
        #expect(LocalPrices(distortion, on: none, squarePrice: 0.1)[3, 4] == 1)
    }

    /// At a lower quality, whose files are smaller.
    @Test(arguments: [(Effort(2), 38), (Effort(5), 35)])
    func tunedFilesAreMoreAlikeAndSmaller(effort: Effort, quality: Double) throws {
        let pair = Pair(width: 220, height: 200, seed: 7), image = pair.image(pair.source)
        func measured(_ tune: DistortionMeasure, quality: Double) throws -> (bytes: Int, similarity: Double) {
            var options = EncodingOptions()
            (options.target, options.effort, options.tune) = (.quality(quality), effort, tune)
            let bytes = try ImageEncoder(options: options).encode(image).bytes
            let comparison = try PictureComparison(of: ImageDecoder().decode(bytes).image, with: image)
            return (bytes.count, comparison.multiScaleSimilarity().value)
        }
        let plain = try measured(.psnr, quality: 40), tuned = try measured(.msSSIM, quality: quality)
        #expect(tuned.bytes <= plain.bytes && tuned.similarity > plain.similarity)
    }

    @Test func withoutRefinementThereIsNothingToTune() {
        var options = EncodingOptions()
        (options.effort, options.tune) = (Effort(0), .msSSIM)
        let image = Pair(width: 8, height: 8, seed: 8).image(Array(repeating: 9, count: 192))
        #expect(throws: CodecError.invalidOption(name: "effort", value: "0", allowed: "1 to 9 with tune ms-ssim")) {
            try ImageEncoder(options: options).encode(image)
        }
    }
}
