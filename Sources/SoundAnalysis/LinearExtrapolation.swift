/// Continues a sound beyond what is known of it: its linear prediction, kept alive by half of its last residual, backwards.
///
/// Prediction alone dies away, which looks like an end; a mirror has an edge where a tone turns. Measured in docs/decisions/0012.
/// Source of the predictor: Burg, "Maximum entropy spectral analysis" (1975).
struct LinearExtrapolation: Sendable {
    private static let order = 64
    /// Samples that the predictor is made from.
    private static let memory = 1024
    private static let residualShare: Double = 0.5
    /// Beyond any sound, in 1/64 of a 16-bit step: predictors may be unstable.
    private static let most: Double = 40_000 * 64

    /// - Parameter known: the last samples that are known; fewer than some hundred are mirrored.
    /// - Returns: `count` samples that may follow.
    static func samples(after known: [Int32], count: Int) -> [Int32] {
        guard known.count >= max(memory, count + order) else { return mirrored(known, count: count) }
        let sound = known.suffix(max(memory, count + order)).map(Double.init)
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
        for step in 0..<order {
            let count = forward.count - step
            let power = Self.product(forward, forward, count) + Self.product(backward, backward, count)
            let reflection = 2 * Self.product(forward, backward, count) / (power + floor)
            weights = weights.indices.map { weights[$0] - reflection * weights[weights.count - 1 - $0] } + [reflection]
            Self.reflect(&forward, &backward, count: count - 1, by: reflection)
        }
        self.weights = weights.reversed()
    }

    /// Each becomes a sample shorter: the oldest leaves one of them, the newest the other.
    private static func reflect(_ forward: inout [Double], _ backward: inout [Double], count: Int, by reflection: Double) {
        precondition(count < forward.count && count < backward.count, "a sample shorter")
        var errors = forward.mutableSpan
        var past = backward.mutableSpan
        for index in 0..<count {
            let later = unsafe errors[unchecked: index + 1] - reflection * past[unchecked: index + 1]
            unsafe past[unchecked: index] -= reflection * errors[unchecked: index]
            unsafe errors[unchecked: index] = later
        }
    }

    /// What is expected at a place of a sound, from the samples before it.
    func prediction(of place: Int, in sound: [Double]) -> Double {
        precondition(place >= weights.count && place <= sound.count, "as many samples before it as there are weights")
        return unsafe weights.withUnsafeBufferPointer { weights in
            unsafe sound.withUnsafeBufferPointer { sound in
                unsafe Self.product(weights.baseAddress!, sound.baseAddress! + (place - weights.count), weights.count)
            }
        }
    }

    /// Σ a[i] · b[i] over the first `count`.
    private static func product(_ a: [Double], _ b: [Double], _ count: Int) -> Double {
        precondition(count <= a.count && count <= b.count, "as many of both")
        return unsafe a.withUnsafeBufferPointer { a in
            unsafe b.withUnsafeBufferPointer { b in unsafe product(a.baseAddress!, b.baseAddress!, count) }
        }
    }

    /// In eight sums at once.
    private static func product(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
        var sums = SIMD8<Double>.zero
        var index = 0
        while index + 8 <= count {
            let left = unsafe UnsafeRawPointer(a + index).loadUnaligned(as: SIMD8<Double>.self)
            let right = unsafe UnsafeRawPointer(b + index).loadUnaligned(as: SIMD8<Double>.self)
            sums += left * right
            index += 8
        }
        var sum = sums.sum()
        while index < count {
            sum += unsafe a[index] * b[index]
            index += 1
        }
        return sum
    }
}
