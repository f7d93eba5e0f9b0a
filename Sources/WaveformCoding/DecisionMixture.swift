internal import EntropyCoding

/// The probability of a decision about a residual as a gated product of experts: log odds of the distribution and of two
/// counters, added with weights that are learnt (SPEC §16.8).
///
/// Source: Mattern, "Mixing Strategies in Data Compression" (DCC 2012), for logistic mixing by online gradient descent.
@safe final class DecisionMixture {
    static let nodeCount = 43
    /// Values of the first and of the second context.
    static let contextSizes = (64, 256)
    private static let pitch = 64

    /// Which counters the next decisions use.
    var contexts = (0, 0)
    /// 65 536 times the probability of a 1 under the distribution, 1 … 65 535.
    var expected: Int64 = 32768

    /// `[context][node]`, those of the first context first.
    private let counters: UnsafeMutablePointer<AdaptiveCounter>
    /// `[node]`
    private let weights: UnsafeMutablePointer<SIMD4<Int32>>
    private let tables = WaveformTables.shared

    // The decision that is asked about.
    private var node = 0
    private var inputs = SIMD4<Int32>()
    private var mixed: Int32 = 32768
    private(set) var probability: Int32 = 32768

    init() {
        let size = (Self.contextSizes.0 + Self.contextSizes.1) * Self.pitch
        unsafe counters = .allocate(capacity: size)
        unsafe counters.initialize(repeating: AdaptiveCounter(), count: size)
        unsafe weights = .allocate(capacity: Self.nodeCount)
        unsafe weights.initialize(repeating: SIMD4(52000, 8000, 8000, 0), count: Self.nodeCount)
    }

    deinit {
        unsafe counters.deallocate()
        unsafe weights.deallocate()
    }

    @inline(__always)
    private var places: (Int, Int) {
        (contexts.0 &* Self.pitch &+ node, (Self.contextSizes.0 &+ contexts.1) &* Self.pitch &+ node)
    }

    @inline(__always)
    private func stretch(_ place: Int) -> Int32 {
        let counter = unsafe counters[place]
        return counter.isFresh ? 0 : stretch(counter.probability)
    }

    /// Log odds of a probability of 65 536.
    @inline(__always)
    private func stretch(_ probability: Int32) -> Int32 {
        unsafe tables.stretched[Int(probability &>> 4)]
    }
}

extension DecisionMixture: BitCircuit {
    var variableCount: Int { Self.nodeCount }

    @inline(__always)
    func begin(variable: Int) {
        node = variable
        let places = places
        inputs = SIMD4(stretch(Int32(truncatingIfNeeded: expected)), stretch(places.0), stretch(places.1), 64)
        // |weight| ≤ 2^19 and |input| ≤ 2047: the sum is below 2^33.
        let w = unsafe weights[node]
        let sum = Int64(w.x) &* Int64(inputs.x) &+ Int64(w.y) &* Int64(inputs.y)
            &+ (Int64(w.z) &* Int64(inputs.z) &+ Int64(w.w) &* Int64(inputs.w))
        let odds = Int(min(max(sum &>> 16, -2047), 2047))
        mixed = unsafe tables.squashed[odds &+ 2048]
        probability = min(max(mixed, 24), 65512)
    }

    @inline(__always)
    func condition(on symbol: Int32) {
        let error = symbol &<< 16 &- mixed
        let moved = unsafe weights[node] &+ (SIMD4(repeating: error) &* inputs &+ (1 &<< 15)) &>> 16
        unsafe weights[node] = moved.clamped(lowerBound: SIMD4(repeating: -1 &<< 19), upperBound: SIMD4(repeating: 1 &<< 19))
        let places = places
        unsafe counters[places.0].learn(symbol != 0, paces: tables.paces)
        unsafe counters[places.1].learn(symbol != 0, paces: tables.paces)
    }
}
