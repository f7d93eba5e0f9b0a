internal import EntropyCoding

/// The probability of a bit as a gated product of experts: log odds of predictions and counters, added with weights
/// that are learnt as the picture goes by (SPEC §14.5, §14.6).
///
/// Source: Mattern, "Mixing Strategies in Data Compression" (DCC 2012), for logistic mixing by online gradient descent.
@safe final class BitMixture {
    static let predictionCount = 7
    static let contextCount = 6
    static let contextSize = 1331
    static let nodeCount = 64
    private static let inputCount = predictionCount + contextCount + 1
    private static let firstSets = 16
    private static let secondSets = 49
    private static let limit: Int32 = 2047

    /// Log odds under the predictions, for the next bit: `[0 ..< predictionCount]`, in 1/128 bit, within ±2047.
    let inputs: UnsafeMutablePointer<Int32>
    /// Of the counters, for the next sample.
    let contexts: UnsafeMutablePointer<Int>
    /// Which weights the next sample uses.
    var firstSet = 0
    var secondSet = 0

    /// `[context][value][node]`.
    private let counters: UnsafeMutablePointer<AdaptiveCounter>
    /// `[node][set][input]`.
    private let firstWeights: UnsafeMutablePointer<Int32>
    private let secondWeights: UnsafeMutablePointer<Int32>
    private let squashed = LogisticTables.squashed
    private let stretched = LogisticTables.stretched
    private let paces = AdaptiveCounter.paces

    // The variable that is asked about: a node of the tree of decisions.
    private var node = 0
    private var odds: (Int32, Int32) = (0, 0)
    private(set) var probability: Int32 = 32768

    init() {
        let size = Self.contextCount * Self.contextSize * Self.nodeCount
        unsafe counters = .allocate(capacity: size)
        unsafe counters.initialize(repeating: AdaptiveCounter(), count: size)
        unsafe firstWeights = Self.weights(sets: Self.firstSets)
        unsafe secondWeights = Self.weights(sets: Self.secondSets)
        unsafe inputs = .allocate(capacity: Self.inputCount)
        unsafe inputs.initialize(repeating: 40, count: Self.inputCount)
        unsafe contexts = .allocate(capacity: Self.contextCount)
        unsafe contexts.initialize(repeating: 0, count: Self.contextCount)
    }

    deinit {
        unsafe counters.deallocate()
        unsafe firstWeights.deallocate()
        unsafe secondWeights.deallocate()
        unsafe inputs.deallocate()
        unsafe contexts.deallocate()
    }

    private static func weights(sets: Int) -> UnsafeMutablePointer<Int32> {
        let weights = UnsafeMutablePointer<Int32>.allocate(capacity: nodeCount * sets * inputCount)
        let first = [Int32](repeating: 6500, count: 6) + [26000] + [Int32](repeating: 3300, count: contextCount) + [0]
        for i in 0..<nodeCount * sets * inputCount { unsafe (weights + i).initialize(to: first[i % inputCount]) }
        return unsafe weights
    }

    @inline(__always)
    private func squash(_ odds: Int32) -> Int32 {
        unsafe squashed.withUnsafeBufferPointer { unsafe $0[Int(odds &+ 2048)] }
    }

    @inline(__always)
    private func counter(_ context: Int, node: Int) -> UnsafeMutablePointer<AdaptiveCounter> {
        unsafe counters + ((context &* Self.contextSize &+ contexts[context]) &* Self.nodeCount &+ node)
    }

    @inline(__always)
    private func gatherCounters(node: Int) {
        unsafe stretched.withUnsafeBufferPointer { stretched in
            for context in 0..<Self.contextCount {
                let counter = unsafe counter(context, node: node).pointee
                unsafe inputs[Self.predictionCount &+ context] = counter.isFresh ? 0 : stretched[Int(counter.probability &>> 4)]
            }
        }
    }

    @inline(__always)
    private func mixed(_ weights: UnsafeMutablePointer<Int32>) -> Int32 {
        var sum: Int64 = 0
        for i in 0..<Self.inputCount { sum &+= unsafe Int64(weights[i]) &* Int64(inputs[i]) }
        return Int32(truncatingIfNeeded: min(max(sum &>> 16, -Int64(Self.limit)), Int64(Self.limit)))
    }

    /// `[input]`, of the current node.
    @inline(__always)
    private var weights: (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>) {
        unsafe (
            firstWeights + (node &* Self.firstSets &+ firstSet) &* Self.inputCount,
            secondWeights + (node &* Self.secondSets &+ secondSet) &* Self.inputCount)
    }

    @inline(__always)
    private func learn(_ weights: UnsafeMutablePointer<Int32>, error: Int32) {
        for i in 0..<Self.inputCount {
            let moved = unsafe weights[i] &+ (error &* inputs[i] &+ 1 &<< 14) &>> 15
            unsafe weights[i] = min(max(moved, -1 &<< 19), 1 &<< 19)
        }
    }

    @inline(__always)
    private func updateCounters(node: Int, _ bit: Bool) {
        unsafe paces.withUnsafeBufferPointer { paces in
            for context in 0..<Self.contextCount {
                unsafe counter(context, node: node).pointee.learn(bit, paces: paces)
            }
        }
    }
}

/// A sample is a walk down a tree of decisions. Kinds of decisions are the variables, not all numbers of which occur; the
/// walk is conditioned by learning.
extension BitMixture: BitCircuit {
    var variableCount: Int { Self.nodeCount }

    /// With the inputs and contexts that are set.
    @inline(__always)
    func begin(variable: Int) {
        node = variable
        gatherCounters(node: node)
        let weights = unsafe weights
        odds = unsafe (mixed(weights.0), mixed(weights.1))
        probability = min(max(squash((odds.0 &+ odds.1) &>> 1), 24), 65512)
    }

    @inline(__always)
    func condition(on symbol: Int32) {
        let target: Int32 = symbol &<< 16
        let weights = unsafe weights
        unsafe learn(weights.0, error: target &- squash(odds.0))
        unsafe learn(weights.1, error: target &- squash(odds.1))
        updateCounters(node: node, symbol != 0)
    }
}
