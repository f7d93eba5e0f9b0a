import Media
import TestSupport

/// A picture of random samples.
func randomImage(
    width: Int, height: Int, format: PixelFormat, significantBits: Int? = nil, seed: UInt64
) -> ImageBuffer {
    var generator = SeededGenerator(seed: seed)
    let samples = (0..<width * height * format.channels.count).map { _ in
        UInt16.random(in: 0...format.bitDepth.maximumSample, using: &generator)
    }
    return ImageBuffer(
        width: width, height: height, format: format, significantBits: significantBits,
        samples: samples)
}

let everyFormat = PixelFormat.Channels.allCases.flatMap { channels in
    PixelFormat.BitDepth.allCases.map { PixelFormat(channels, $0) }
}

/// Every side from 1 to 33, beside a few others of its own.
let unevenSizes: [(width: Int, height: Int)] =
    (1...33).map { (width: $0, height: $0 * 7 % 33 + 1) }
    + (1...33).map { (width: $0 * 5 % 9 + 1, height: $0) }
