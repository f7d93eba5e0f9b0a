internal import Media

/// Screenshots, diagrams and flat graphics: where lossless coding may be smaller than lossy coding, and so is tried.
extension ImageBuffer {
    /// Whether most pixels of a sample of rows equal their left neighbour. Photographs stay far below a half.
    var looksDrawn: Bool {
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
        return seen > 0 && 2 * equal > seen
    }
}
