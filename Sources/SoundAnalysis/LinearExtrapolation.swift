/// Continues a sound beyond what is known of it: its linear prediction, kept alive by half of its last residual, backwards.
///
/// Prediction alone dies away, which looks like an end; a mirror has an edge where a tone turns. Measured in docs/decisions/0012.
/// Source of the predictor: Burg, "Maximum entropy spectral analysis" (1975).
struct LinearExtrapolation: Sendable {
    private static let order = 64
    /// Samples that the predictor is made from.
    private static let memory = 1024
    private static let residualShare = 0.5
    /// Beyond any sound, in 1/64 of a 16-bit step: predictors may be unstable.
    private static let most = 40_000.0 * 64

    /// - Parameter known: the last samples that are known; fewer than some hundred are mirrored.
    /// - Returns: `count` samples that may follow.
    static func samples(after known: [Int32], count: Int) -> [Int32] {
        guard known.count >= max(memory, count + order) else { return mirrored(known, count: count) }
        let sound = known.map(Double.init)
        let predictor = Predictor(Array(sound.suffix(memory)), order: order)
        var result = Array(sound.suffix(order))
        result.reserveCapacity(order + count)
        for step in 0..<count {
            let mirror = sound.count - 1 - step
            let residual = sound[mirror] - predictor.prediction(of: mirror, in: sound)
            let next = predictor.prediction(of: order + step, in: result) + residualShare * residual
            result.append(min(max(next, -most), most))
        }
        return result[order...].map { Int32($0) }
    }

    private static func mirrored(_ known: [Int32], count: Int) -> [Int32] {
        (0..<count).map { known.isEmpty ? 0 : known[max(0, known.count - 1 - $0)] }
    }
}

/// Predicts samples from those before them.
private struct Predictor {
    /// Of the oldest sample first.
    private let weights: [Double]

    /// - Parameter sound: longer than `order`.
    init(_ sound: [Double], order: Int) {
        var weights: [Double] = []
        var (forward, backward) = (Array(sound[1...]), Array(sound.dropLast()))
        // So that silence predicts silence.
        let floor = 4096 * (1e-6 * Double(sound.count) + 1e-9)
        for _ in 0..<order {
            let count = forward.count
            let power = Self.product(forward, 0, forward, 0, count) + Self.product(backward, 0, backward, 0, count)
            let reflection = 2 * Self.product(forward, 0, backward, 0, count) / (power + floor)
            weights = weights.indices.map { weights[$0] - reflection * weights[weights.count - 1 - $0] } + [reflection]
            // Each becomes a sample shorter: the oldest leaves one of them, the newest the other.
            for index in 0..<count - 1 {
                let later = forward[index + 1] - reflection * backward[index + 1]
                backward[index] -= reflection * forward[index]
                forward[index] = later
            }
            forward.removeLast()
            backward.removeLast()
        }
        self.weights = weights.reversed()
    }

    /// What is expected at a place of a sound, from the samples before it.
    func prediction(of place: Int, in sound: [Double]) -> Double {
        Self.product(weights, 0, sound, place - weights.count, weights.count)
    }

    /// Σ a[from + i] · b[other + i], in eight sums at once.
    private static func product(_ a: [Double], _ from: Int, _ b: [Double], _ other: Int, _ count: Int) -> Double {
        var (sums, others) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
        let (x, y) = (a.span, b.span)
        var index = 0
        while index + 8 <= count {
            let (i, j) = (from + index, other + index)
            sums += four(x, i) * four(y, j)
            others += four(x, i + 4) * four(y, j + 4)
            index += 8
        }
        var sum = (sums + others).sum()
        while index < count {
            sum += x[from + index] * y[other + index]
            index += 1
        }
        return sum
    }

    @inline(__always)
    private static func four(_ values: Span<Double>, _ place: Int) -> SIMD4<Double> {
        SIMD4(values[place], values[place + 1], values[place + 2], values[place + 3])
    }
}
