/// A pointwise product as a model file stores it (SPEC §7, pointwise): `y = sat16(R((bias + w·x) · m, shift))`.
package struct PointwiseWeights: Sendable {
    package let inputs: Int
    package let outputs: Int
    /// `[outputs][inputs]`
    package let weights: [Int16]
    /// `[outputs]`, with `|bias| + 32 768 · Σ|w| < 2^31` for each, so that no accumulator leaves 32 bits, whatever the
    /// order of summation. Whoever reads weights from outside checks this; kernels wrap around without it.
    package let biases: [Int32]
    /// `[outputs]`: from accumulators to outputs, with `shift` fractional bits.
    package let multipliers: [Int32]
    /// 1 … 62
    package let shift: Int

    package init(inputs: Int, outputs: Int, weights: [Int16], biases: [Int32], multipliers: [Int32], shift: Int) {
        precondition(inputs > 0 && outputs > 0 && weights.count == inputs * outputs)
        precondition(biases.count == outputs && multipliers.count == outputs && (1...62).contains(shift))
        self.inputs = inputs
        self.outputs = outputs
        self.weights = weights
        self.biases = biases
        self.multipliers = multipliers
        self.shift = shift
    }
}
