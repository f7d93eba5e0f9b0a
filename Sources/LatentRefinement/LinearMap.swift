internal import IntegerKernels

/// A product with real coefficients, on its way to becoming one of integers.
struct LinearMap {
    let inputs: Int
    let outputs: Int
    /// `[outputs][inputs]`
    private(set) var coefficients: [Double]

    /// What an integer product does to small changes of its input, transposed: from gradients at its output to gradients at its
    /// input.
    init(transposing w: PointwiseWeights) {
        (inputs, outputs) = (w.outputs, w.inputs)
        coefficients = Array(repeating: 0, count: inputs * outputs)
        for n in 0..<w.outputs {
            let scale = Double(w.multipliers[n]) * Self.powerOfTwo(-w.shift)
            for k in 0..<w.inputs { coefficients[k * inputs + n] = Double(w.weights[n * w.inputs + k]) * scale }
        }
    }

    static func powerOfTwo(_ exponent: Int) -> Double { Double(sign: .plus, exponent: exponent, significand: 1) }

    mutating func scaleInputs(_ factor: (Int) -> Double) {
        for k in 0..<inputs {
            let factor = factor(k)
            for n in 0..<outputs { coefficients[n * inputs + k] *= factor }
        }
    }

    mutating func scaleOutputs(_ factor: (Int) -> Double) {
        for n in 0..<outputs {
            let factor = factor(n)
            for k in 0..<inputs { coefficients[n * inputs + k] *= factor }
        }
    }

    /// The exponent e with which 2^e times the map keeps the magnitude of noise, to a factor of √2.
    var levellingExponent: Int {
        var squares = 0.0
        for c in coefficients { squares += c * c }
        var (mean, exponent) = (squares / Double(outputs), 0)
        guard mean > 0x1p-80, mean < 0x1p80 else { return 0 }
        while mean < 0.5 { (mean, exponent) = (mean * 4, exponent + 1) }
        while mean > 2 { (mean, exponent) = (mean / 4, exponent - 1) }
        return exponent
    }

    /// The nearest integers: every row has a multiplier of its own and uses all of 16 bits, or of what keeps its sums within 32.
    var packed: PackedPointwise {
        var weights: [Int16] = [], scales: [Double] = []
        for n in 0..<outputs {
            let row = coefficients[n * inputs..<(n + 1) * inputs]
            var (greatest, sum) = (0.0, 0.0)
            for c in row { (greatest, sum) = (max(greatest, abs(c)), sum + abs(c)) }
            // Rounding adds at most a half to each, and 65 535 · 32 768 < 2^31.
            let scale = sum > 0 ? min(32767 / greatest, (65535 - Double(inputs) / 2) / sum) : 0
            for c in row { weights.append(Int16((c * scale).rounded())) }
            scales.append(scale > 0 ? 1 / scale : 0)
        }
        let greatest = scales.max() ?? 0
        let shift = greatest > 0 ? min(max(30 - Int(greatest.exponent), 1), 62) : 32
        let multipliers = scales.map { Int32(min(max(($0 * Self.powerOfTwo(shift)).rounded(), -0x1p31), 0x1p31 - 1)) }
        return PackedPointwise(PointwiseWeights(
            inputs: inputs, outputs: outputs, weights: weights, biases: Array(repeating: 0, count: outputs),
            multipliers: multipliers, shift: shift))
    }
}
