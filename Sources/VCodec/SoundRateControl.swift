internal import Foundation
internal import IntegerKernels
internal import SpectralCoding

/// Finds the quality at which the blocks of a window take what a bit rate leaves them.
struct SoundRateControl: Sendable {
    /// Blocks that share a quality, about a minute; fewer where there are many channels, whose coefficients are all held.
    let window: Int

    /// What a file's end takes, and of every block its chunk, index entry and digest.
    private static let endBytes = 17
    private static let blockBytes = 16
    /// Of the budget, what a window may miss it by.
    private static let tolerance = 0.02
    private static let qualities = -12 * 256...6 * 256

    private let bytesPerFrame: Double
    /// Of all frames coded so far.
    private var budget = 0.0
    private var spent = 0
    /// Of the last window, where the search for the next one starts.
    private var quality: Int

    init(bytesPerFrame: Double, channels: Int, blockLength: Int) {
        self.bytesPerFrame = bytesPerFrame
        window = min(max((1 << 23) / (blockLength * channels), 1), 16)
        quality = Int(256 * TypicalRates.quality(bitsPerSample: 8 * bytesPerFrame / Double(channels)))
    }

    /// Counts bytes that were written.
    mutating func spend(_ bytes: Int) { spent += bytes }

    /// - Parameter encode: gives the blocks of the window at a quality.
    mutating func encode(
        frames: Int, blocks: Int, isLast: Bool, watch: WorkWatch, _ encode: (Int) -> [EncodedSpectra]
    ) -> [EncodedSpectra] {
        let fair = Double(frames) * bytesPerFrame
        budget += fair
        let left = budget - Double(spent + blocks * Self.blockBytes + (isLast ? Self.endBytes : 0))
        // What a silent window leaves is not all thrown after the next one.
        let found = search(wanted: min(max(left, 0.5 * fair), 3 * fair), watch, encode)
        quality = found.point.quality
        return found.blocks
    }

    private struct Point {
        let quality: Int
        /// log(wanted / bytes).
        let error: Double
    }

    /// Regula falsi on the logarithm of the rate; of what was tried, the blocks of the best.
    private func search(
        wanted: Double, _ watch: WorkWatch, _ encode: (Int) -> [EncodedSpectra]
    ) -> (point: Point, blocks: [EncodedSpectra]) {
        var (below, above): (Point?, Point?)
        var best: (point: Point, blocks: [EncodedSpectra])?
        var next = quality
        while true {
            let blocks = encode(next)
            let bytes = blocks.reduce(0) { $0 + $1.content.count }
            let point = Point(quality: next, error: log(wanted / Double(max(1, bytes))))
            let found = best.flatMap { abs($0.point.error) <= abs(point.error) ? $0 : nil } ?? (point, blocks)
            best = found
            if point.error > 0 { below = point } else { above = point }
            next = following(point, below: below, above: above)
            let isOver = abs(point.error) < Self.tolerance || next == below?.quality || next == above?.quality
            if isOver || !watch.goesOn { return found }
        }
    }

    private func following(_ last: Point, below: Point?, above: Point?) -> Int {
        guard let below, let above else {
            let slope = TypicalRates.slope(at: Double(last.quality) / 256)
            let step = min(max(1.05 * last.error / slope, -2), 2) * 256
            return min(max(last.quality + Int(step.rounded(.awayFromZero)), Self.qualities.lowerBound), Self.qualities.upperBound)
        }
        let share = min(max(below.error / (below.error - above.error), 0.1), 0.9)
        return below.quality + Int((share * Double(above.quality - below.quality)).rounded())
    }
}

/// What sounds take on average at a quality: where a search starts, and how far it steps.
private enum TypicalRates {
    /// Bits a sample at qualities in octaves.
    private static let points = [(-8.0, 0.02), (-6.5, 0.033), (-4.5, 0.068), (-2.5, 0.47), (-0.5, 1.41), (1.5, 2.57), (6, 6.5)]

    static func quality(bitsPerSample bits: Double) -> Double {
        for (low, high) in zip(points, points.dropFirst()) where bits < high.1 {
            return low.0 + max(0, log(bits / low.1)) / log(high.1 / low.1) * (high.0 - low.0)
        }
        return points.last!.0
    }

    /// Of the logarithm of the rate, an octave.
    static func slope(at quality: Double) -> Double {
        for (low, high) in zip(points, points.dropFirst()) where quality < high.0 {
            return log(high.1 / low.1) / (high.0 - low.0)
        }
        return 0.2
    }
}
