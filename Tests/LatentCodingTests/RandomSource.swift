import EntropyModels
import Foundation
import IntegerKernels
import LatentCoding
import LatentModels
import TestSupport

/// The default model, from the repository.
enum DefaultModel {
    static let file: ModelFile = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        return try! ModelFile(Array(Data(contentsOf: folder.appending(path: "../../Models/default.vcm"))))
    }()
}

/// Wants latents that have nothing to do with any picture: mostly usual ones, some at the ends of their range.
struct RandomSource: LatentSource {
    let model: HierarchicalVAE
    let seed: UInt64
    /// The usual ones lie in `-reach ... reach`.
    var reach: Int16 = 300

    func posterior(level: Int, block: Int, feature: Feature) -> Feature {
        var generator = SeededGenerator(seed: seed &* 1009 &+ UInt64(16 * level + block))
        let block = model.levels[level].blocks[block]
        let shape = feature.gathered(block.phase)
        let values = (0..<shape.height * shape.width * block.shape.channels).map { _ -> Int16 in
            Int.random(in: 0..<200, using: &generator) == 0
                ? [.min, .max, 5000, -5000].randomElement(using: &generator)! : .random(in: -reach...reach, using: &generator)
        }
        return Feature(height: shape.height, width: shape.width, channels: block.shape.channels, values: values)
    }
}

/// What a test of the hierarchy varies.
struct Tile: Hashable, CustomStringConvertible {
    let width: Int
    let height: Int
    let quality: Int
    let seed: UInt64

    var grid: LatentGrid { LatentGrid(tileWidth: width, tileHeight: height) }
    var description: String { "\(width)×\(height), quality \(quality), seed \(seed)" }

    static let all = [
        Tile(width: 1, height: 1, quality: 0, seed: 1), Tile(width: 64, height: 64, quality: 63, seed: 2),
        Tile(width: 65, height: 64, quality: 20, seed: 3), Tile(width: 70, height: 130, quality: 37, seed: 4),
        Tile(width: 300, height: 200, quality: 50, seed: 5), Tile(width: 1100, height: 40, quality: 9, seed: 6),
    ]
}
