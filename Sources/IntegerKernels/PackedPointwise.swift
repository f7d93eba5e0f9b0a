/// A pointwise product in the order in which vector kernels read it. Made once, when a model is loaded.
package struct PackedPointwise: Sendable {
    /// What it was made from, and what the reference kernel reads.
    package let original: PointwiseWeights
    /// Inputs rounded up to whole pairs.
    let paddedInputs: Int
    /// `[block of 16 outputs][pair of inputs][16][2]`; zero where inputs or outputs are padded.
    let weights: [Int16]
    /// `[blocks · 16]`
    let biases: [Int32]
    /// `[blocks · 16]`
    let multipliers: [Int32]

    package var inputs: Int { original.inputs }
    package var outputs: Int { original.outputs }
    package var shift: Int { original.shift }

    package init(_ w: PointwiseWeights) {
        original = w
        let paddedInputs = (w.inputs + 1) / 2 * 2
        let paddedOutputs = (w.outputs + 15) / 16 * 16
        var packed = [Int16](repeating: 0, count: paddedOutputs * paddedInputs)
        Self.pack(w, into: packed.mutableSpan, paddedInputs: paddedInputs)
        self.paddedInputs = paddedInputs
        weights = packed
        let padding = [Int32](repeating: 0, count: paddedOutputs - w.outputs)
        biases = w.biases + padding
        multipliers = w.multipliers + padding
    }

    private static func pack(_ w: PointwiseWeights, into packed: consuming MutableSpan<Int16>, paddedInputs: Int) {
        let weights = w.weights.span
        for n in 0..<w.outputs {
            var (from, to) = (n &* w.inputs, n / 16 * 16 &* paddedInputs &+ n % 16 * 2)
            for _ in 0..<w.inputs / 2 {
                packed[to] = weights[from]
                packed[to &+ 1] = weights[from &+ 1]
                from &+= 2
                to &+= 32
            }
            if w.inputs % 2 == 1 { packed[to] = weights[from] }
        }
    }
}
