import IntegerKernels
import LatentCoding
import Media
import TestSupport

/// A random picture and a disturbed copy.
struct Pair {
    let width: Int
    let height: Int
    /// `[height][width][3]`
    private(set) var source: [UInt16] = []
    private(set) var shown: [UInt16] = []

    init(width: Int, height: Int, seed: UInt64, amount: Int = 30) {
        (self.width, self.height) = (width, height)
        var random = SeededGenerator(seed: seed)
        for y in 0..<height {
            for x in 0..<width {
                for c in 0..<3 {
                    let texture = Int.random(in: -20...20, using: &random) * ((x / 23 + y / 17 + c) % 3)
                    let sample = 60 + (x * (c + 1) + 2 * y) % 120 + texture
                    source.append(UInt16(min(max(sample, 0), 255)))
                    shown.append(UInt16(min(max(sample + Int.random(in: -amount...amount, using: &random), 0), 255)))
                }
            }
        }
    }

    /// `[height][width][192]` of the padded tile, in 1/64; `beyond` where the picture has no samples.
    private func feature(beyond: Int16, _ sample: (Int) -> Int) -> Feature {
        let grid = LatentGrid(tileWidth: width, tileHeight: height)
        let samples = Feature(height: 8 * grid.height, width: 8 * grid.width, channels: 3)
        for y in 0..<samples.height {
            for x in 0..<samples.width {
                for c in 0..<3 {
                    samples[y, x, c] = x < width && y < height ? Int16(64 * sample((y * width + x) * 3 + c)) : beyond
                }
            }
        }
        return samples.spaceToDepth(by: 8)
    }

    var wanted: Feature { feature(beyond: -1) { Int(source[$0]) } }
    var differences: Feature { feature(beyond: 0) { Int(shown[$0]) - Int(source[$0]) } }

    func image(_ samples: [UInt16]) -> ImageBuffer {
        ImageBuffer(width: width, height: height, format: PixelFormat(.rgb, .eight), samples: samples)
    }

    func plane(_ samples: [UInt16], _ channel: Int) -> [Double] {
        stride(from: channel, to: samples.count, by: 3).map { Double(samples[$0]) }
    }

    /// How many samples of green have a gradient, within the picture and beyond it.
    func places(of gradient: Feature) -> (within: Int, beyond: Int) {
        let flat = gradient.depthToSpace(by: 8)
        var (within, beyond) = (0, 0)
        for y in 0..<flat.height {
            for x in 0..<flat.width where flat[y, x, 1] != 0 {
                if x < width && y < height { within += 1 } else { beyond += 1 }
            }
        }
        return (within, beyond)
    }
}
