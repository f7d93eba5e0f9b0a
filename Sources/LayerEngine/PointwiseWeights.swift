/// A pointwise product as a model file stores it (SPEC §7).
package struct PointwiseWeights: Sendable {
    package let inputs: Int
    package let outputs: Int
    /// `[outputs][inputs]`
    package let weights: [Int8]
    /// `[outputs]`, with `|bias| + 32 768 · Σ|w| < 2^31`, so that no accumulator overflows in any order of summation.
    package let biases: [Int32]
    /// `[outputs]`: from accumulators to 16 bits, with `shift` fractional bits.
    package let multipliers: [Int32]
    /// 1 … 62
    package let shift: Int

    package init(inputs: Int, outputs: Int, weights: [Int8], biases: [Int32], multipliers: [Int32], shift: Int) {
        precondition(weights.count == inputs * outputs && biases.count == outputs && multipliers.count == outputs)
        precondition((1...62).contains(shift))
        self.inputs = inputs
        self.outputs = outputs
        self.weights = weights
        self.biases = biases
        self.multipliers = multipliers
        self.shift = shift
    }
}

/// Weights in the order in which vector kernels read them: `[block of 16 outputs][pair of inputs][16][2]`, `Int16`.
package struct PackedPointwise: Sendable {
    package let inputs: Int
    package let outputs: Int
    package let shift: Int
    /// Inputs rounded up to a whole pair; the last weight of an odd row is 0.
    let paddedInputs: Int
    let packed: [Int16]
    let biases: [Int32]
    let multipliers: [Int32]

    package init(_ w: PointwiseWeights) {
        inputs = w.inputs
        outputs = w.outputs
        shift = w.shift
        paddedInputs = (w.inputs + 1) & ~1
        let blocks = (w.outputs + 15) / 16
        var packed = [Int16](repeating: 0, count: blocks * paddedInputs * 16)
        for n in 0..<w.outputs {
            let base = n / 16 * paddedInputs * 16 + n % 16 * 2
            for k in 0..<w.inputs { packed[base + k / 2 * 32 + k % 2] = Int16(w.weights[n * w.inputs + k]) }
        }
        self.packed = packed
        let padding = blocks * 16 - w.outputs
        biases = w.biases + [Int32](repeating: 0, count: padding)
        multipliers = w.multipliers + [Int32](repeating: 0, count: padding)
    }
}

/// Depthwise taps, each widened to 32 bits with the upper half zero (a form of the vector kernels' making).
package struct DepthwiseWeights: Sendable {
    package let kernel: Int
    package let channels: Int
    /// `[kernel · kernel][channels]`
    let taps: [Int32]

    /// - Parameter taps: `[kernel · kernel][channels]`; `32 768 · Σ|tap| < 2^31` for every channel.
    package init(kernel: Int, channels: Int, taps: [Int8]) {
        precondition((kernel == 3 || kernel == 5) && channels % 16 == 0 && taps.count == kernel * kernel * channels)
        self.kernel = kernel
        self.channels = channels
        self.taps = taps.map { Int32(UInt16(bitPattern: Int16($0))) }
    }
}

/// A block's modulation at one quality point: `h = sat16(R(acc · multiplier, shift) + offset)`.
package struct Modulation: Sendable {
    let multipliers: [Int32]
    let offsets: [Int32]
    let shift: Int

    package init(multipliers: [Int32], offsets: [Int32], shift: Int) {
        precondition(multipliers.count == offsets.count && (1...62).contains(shift))
        self.multipliers = multipliers
        self.offsets = offsets
        self.shift = shift
    }
}
