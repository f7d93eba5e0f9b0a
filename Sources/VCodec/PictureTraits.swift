internal import Media

/// What an encoder sees of a picture before it tries: whether lossless coding may be smaller than lossy coding, where colours
/// repeat, how many bits are used.
extension ImageBuffer {
    /// The part of pixels that equal their left neighbour, from a sample of rows: 0 … 1. Photographs stay far below a half.
    var repeatedShare: Double {
        let channels = format.channels.count
        var (equal, seen) = (0, 0)
        for y in stride(from: 0, to: height, by: 4) {
            for pixel in y * width + 1..<max((y + 1) * width, y * width + 1) {
                let isEqual = (0..<channels).allSatisfy {
                    samples[pixel * channels + $0] == samples[(pixel - 1) * channels + $0]
                }
                equal += isEqual ? 1 : 0
                seen += 1
            }
        }
        return seen > 0 ? Double(equal) / Double(seen) : 0
    }

    /// Whether colour has 8 bits, be they widened to 16: 255 becomes 65 535, which is 257 · 255.
    var colorHasEightBits: Bool {
        guard format.bitDepth == .sixteen else { return true }
        let (channels, colors) = (format.channels.count, format.channels.colorCount)
        return samples.indices.allSatisfy { $0 % channels >= colors || samples[$0] % 257 == 0 }
    }
}
