internal import IntegerKernels

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Foundation
#endif

/// Chooses how many transform blocks a superframe has: those whose coefficients have the least logarithms (docs/sound-design.md, the encoder's choices).
struct SplitChoice: Sendable {
    /// `[split]`, bits that a split costs before it pays.
    private static let prices: [Double] = [0, 3, 9, 133, 290]
    /// Coefficients far below this, ten 16-bit steps, cost nothing.
    private static let scale = 10.0 * 64

    private let geometry: SuperframeGeometry
    private let transform: SuperframeTransform
    private let middleAndSide = PairRotation(angle: 4)

    init(_ geometry: SuperframeGeometry, transform: SuperframeTransform) {
        self.geometry = geometry
        self.transform = transform
    }

    /// - Parameters:
    ///   - window: `[channel of the element][2S]`, from S/2 before the superframe to S/2 behind it.
    ///   - before: the split of the superframe before, and that of the overlap with it, which the split must give.
    func split(of window: [[Int32]], after before: (split: Int, overlap: Int)?) -> Int {
        let allowed = (0..<SuperframeTransform.splits).filter { split in
            before.map { max($0.split, split) == $0.overlap } ?? true
        }
        return cheapest(of: allowed, signals(window))
    }

    /// What the next superframe's split is likely to be.
    ///
    /// - Parameter known: `[channel of the element][at least S]`, from S/2 before the superframe before it.
    func nextSplit(known: [[Int32]]) -> Int {
        let length = geometry.length
        let windows = signals(known).map { signal in
            signal[length...] + LinearExtrapolation.samples(after: signal, count: max(0, 3 * length - signal.count))
        }
        return cheapest(of: Array(0..<SuperframeTransform.splits), windows.map { Array($0.prefix(geometry.window)) })
    }

    private func cheapest(of splits: [Int], _ signals: [[Int32]]) -> Int {
        let costs = splits.map { split in
            signals.reduce(Self.prices[split]) { $0 + cost(of: $1, split: split) }
        }
        return splits[costs.indices.min { costs[$0] < costs[$1] }!]
    }

    /// Middle and side of a pair.
    private func signals(_ channels: [[Int32]]) -> [[Int32]] {
        channels.count == 2 ? turned(channels[0], channels[1]) : channels
    }

    private func turned(_ left: [Int32], _ right: [Int32]) -> [[Int32]] {
        var (middle, side) = (left, right)
        middleAndSide.turn(&middle, &side, in: middle.indices)
        return [middle, side]
    }

    /// Σ log2(1 + (X/scale)²) / 2 over the coefficients that would be coded if all superframes had this split, in bits.
    private func cost(of window: [Int32], split: Int) -> Double {
        let coefficients = transform.coefficients(of: window, split: split, before: split, after: split)
        let coded = geometry.codedBins >> split
        return stride(from: 0, to: geometry.length, by: geometry.length >> split).reduce(0) { sum, block in
            sum + Self.logarithms(coefficients, in: block..<block + coded) / 2
        }
    }

    /// Σ log2(1 + (x/scale)²), as logarithms of products: sixteen factors, each below 2^45, stay far from the end of `Double`.
    ///
    /// - Parameter range: a multiple of 16 in length.
    private static func logarithms(_ values: [Int32], in range: Range<Int>) -> Double {
        let factor = 1 / (scale * scale)
        var exponent = 0, rest = 1.0
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 16) {
            var products = (1.0, 1.0)
            for index in stride(from: start, to: start + 16, by: 2) {
                let (x, y) = (Double(values[index]), Double(values[index + 1]))
                products.0 *= 1 + x * x * factor
                products.1 *= 1 + y * y * factor
            }
            rest *= products.0 * products.1
            exponent += Int(rest.exponent)
            rest = rest.significand
        }
        return Double(exponent) + log2(rest)
    }
}
