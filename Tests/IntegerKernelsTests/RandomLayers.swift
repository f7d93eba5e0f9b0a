@testable import IntegerKernels

/// How a test's numbers are drawn.
enum Magnitude: CaseIterable, Sendable {
    /// As in trained models: outputs spread over 16 bits.
    case typical
    /// Any value of each type, any shift.
    case wild
    /// Nothing but the ends of each range.
    case extreme
}

extension SeededGenerator {
    mutating func feature(_ height: Int, _ width: Int, _ channels: Int, _ magnitude: Magnitude) -> Feature {
        let values = (0..<height * width * channels).map { _ in int16(magnitude) }
        return Feature(height: height, width: width, channels: channels, values: values)
    }

    /// Weights within the overflow bound, for as many inputs as are asked for.
    mutating func pointwise(_ inputs: Int, _ outputs: Int, _ magnitude: Magnitude) -> PackedPointwise {
        var weights: [Int16] = [], biases: [Int32] = []
        for _ in 0..<outputs {
            var left = (1 << 31) - 1
            for _ in 0..<inputs {
                let weight = weight(magnitude), cost = 32768 * Int(weight.magnitude)
                weights.append(cost <= left ? weight : 0)
                left -= cost <= left ? cost : 0
            }
            biases.append(bias(limit: left, magnitude))
        }
        return PackedPointwise(PointwiseWeights(
            inputs: inputs, outputs: outputs, weights: weights, biases: biases,
            multipliers: (0..<outputs).map { _ in multiplier(magnitude) }, shift: shift(magnitude)))
    }

    mutating func depthwise(_ kernel: Int, _ channels: Int, _ magnitude: Magnitude) -> DepthwiseWeights {
        var left = [Int](repeating: 4095, count: channels)
        let taps = (0..<kernel * kernel * channels).map { i in
            let tap = Int(weight(magnitude) >> 3), allowed = abs(tap) <= left[i % channels] ? tap : 0
            left[i % channels] -= abs(allowed)
            return Int16(allowed)
        }
        return DepthwiseWeights(kernel: kernel, channels: channels, taps: taps)
    }

    mutating func modulation(_ channels: Int, _ magnitude: Magnitude) -> Modulation {
        Modulation(
            multipliers: (0..<channels).map { _ in multiplier(magnitude) },
            offsets: (0..<channels).map { _ in
                magnitude == .typical ? Int32.random(in: -3000...3000, using: &self) : multiplier(magnitude)
            },
            shift: shift(magnitude))
    }

    private mutating func int16(_ magnitude: Magnitude) -> Int16 {
        magnitude == .extreme ? [-32768, 32767].randomElement(using: &self)! : .random(in: .min ... .max, using: &self)
    }

    private mutating func weight(_ magnitude: Magnitude) -> Int16 {
        switch magnitude {
        case .typical: .random(in: -700...700, using: &self)
        case .wild: Int16.random(in: .min ... .max, using: &self) >> Int16.random(in: 0...8, using: &self)
        case .extreme: [.min, -.max, .max, -1, 1].randomElement(using: &self)!
        }
    }

    private mutating func bias(limit: Int, _ magnitude: Magnitude) -> Int32 {
        magnitude == .extreme
            ? [Int32(-limit), Int32(limit)].randomElement(using: &self)!
            : .random(in: Int32(-limit)...Int32(limit), using: &self) >> (magnitude == .typical ? 12 : 0)
    }

    private mutating func multiplier(_ magnitude: Magnitude) -> Int32 {
        switch magnitude {
        case .typical: .random(in: 1 << 29 ... .max, using: &self)
        case .wild: .random(in: .min ... .max, using: &self)
        case .extreme: [.min, -.max, .max, -1, 0, 1].randomElement(using: &self)!
        }
    }

    private mutating func shift(_ magnitude: Magnitude) -> Int {
        switch magnitude {
        case .typical: .random(in: 36...42, using: &self)
        case .wild: .random(in: 1...62, using: &self)
        case .extreme: [1, 2, 31, 32, 33, 34, 61, 62].randomElement(using: &self)!
        }
    }
}
