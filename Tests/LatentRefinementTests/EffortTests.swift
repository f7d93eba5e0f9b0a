import Foundation
import LatentRefinement
import Media
import MediaFiles
@testable import QualityMetrics
import Testing
import VCodec

/// What efforts are for: a photograph at less cost. Files do not depend on the machine, and so neither do the numbers.
@Suite struct EffortTests {
    /// From "dog" of the gb82 image set, CC0.
    private static let photograph: ImageFile = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        return try! ImageFileReader().read(Array(Data(contentsOf: folder.appending(path: "../Fixtures/photograph.png"))))
    }()

    /// Bits and what the squared error is worth to the codec's own curve.
    private func cost(effort: Int, point: Int) throws -> Double {
        let image = Self.photograph.image
        var options = EncodingOptions()
        (options.effort, options.target) = (Effort(effort), .quality(Double(point) * 100 / 63))
        let bytes = try ImageEncoder(options: options).encode(image).bytes
        let comparison = try PictureComparison(of: ImageDecoder().decode(bytes).image, with: image)
        let error = comparison.meanSquaredError * Double(3 * image.width * image.height)
        return 8 * Double(bytes.count) + 1.2 * LevelRefinement.errorPrice(atPoint: Double(point)) * error
    }

    /// Parts of the cost that efforts 0 to 6 take off at least.
    private static let gains = [0, 0.002, 0.002, 0.007, 0.012, 0.018, 0.025]

    @Test(arguments: [4, 22, 40])
    func everyEffortIsWorthItsTime(point: Int) throws {
        let costs = try (0...6).map { try cost(effort: $0, point: point) }
        for (effort, cost) in costs.enumerated() {
            #expect(cost <= costs[0] * (1 - Self.gains[effort]))
            #expect(effort == 0 || cost <= costs[effort - 1])
        }
    }

    /// Bits and what SSIMULACRA2's error is worth to the model that is trained for it, whose distortion is a fifth squared error.
    private func visualCost(_ options: EncodingOptions, price: Double) throws -> Double {
        let image = Self.photograph.image, samples = Double(3 * image.width * image.height)
        let bytes = try ImageEncoder(options: options).encode(image).bytes
        let comparison = try PictureComparison(of: ImageDecoder().decode(bytes).image, with: image)
        let error = Ssimulacra2(original: LinearPicture(comparison, .second), copy: LinearPicture(comparison, .first)).error
        let squares = 0.2 * comparison.meanSquaredError + 0.8 * error * 255 * 255 / 11_000
        return 8 * Double(bytes.count) + price * samples * squares
    }

    /// Parts of the cost that efforts 0 to 6 take off at least, for SSIMULACRA2.
    private static let visualGains = [0, 0.005, 0.005, 0.005, 0.01, 0.005, 0.015]

    @Test(arguments: [4, 22, 40])
    func everyEffortIsWorthItsTimeForSSIMULACRA2(point: Int) throws {
        let price = LevelRefinement.errorPrice(atPoint: Double(point))
        func cost(effort: Int, tune: DistortionMeasure = .ssimulacra2) throws -> Double {
            var options = EncodingOptions()
            (options.effort, options.target, options.tune) = (Effort(effort), .quality(Double(point) * 100 / 63), tune)
            return try visualCost(options, price: price)
        }
        let costs = try (0...6).map { try cost(effort: $0) }
        for (effort, cost) in costs.enumerated() { #expect(cost <= costs[0] * (1 - Self.visualGains[effort])) }
        #expect(costs[4] <= costs[3] && costs[6] <= costs[5] && costs[6] <= costs[4])
        #expect(try costs[0] < cost(effort: 0, tune: .psnr) && costs[6] < cost(effort: 6, tune: .psnr))
    }
}
