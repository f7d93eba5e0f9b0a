/// The portable kernels: what every vector kernel must equal (SPEC §8). Arguments are those of `kernels.h`.
enum ReferenceKernels {
    static func pointwise(
        _ p: PackedPointwise, activation: Activation, x: UnsafePointer<Int16>, residual: UnsafePointer<Int16>?,
        y: UnsafeMutablePointer<Int16>, positions: Int, inputStride: Int
    ) {
        for position in 0..<positions {
            for n in 0..<p.outputs {
                var sum = p.biases[n]
                let base = n / 16 * p.paddedInputs * 16 + n % 16 * 2
                for k in 0..<p.inputs {
                    sum &+= Int32(p.packed[base + k / 2 * 32 + k % 2]) &* Int32(unsafe x[position * inputStride + k])
                }
                let value = saturated(roundedProduct(sum, p.multipliers[n], shift: p.shift))
                let at = position * p.outputs + n
                switch activation {
                case .plain: unsafe y[at] = value
                case .leaky: unsafe y[at] = value < 0 ? value >> 3 : value
                case .residual: unsafe y[at] = saturated(Int64(value) + Int64(residual![at]))
                }
            }
        }
    }

    static func depthwise(
        _ d: DepthwiseWeights, _ modulation: Modulation, rows: [UnsafePointer<Int16>?], width: Int,
        h: UnsafeMutablePointer<Int16>
    ) {
        for x in 0..<width {
            for c in 0..<d.channels {
                var sum: Int32 = 0
                for u in 0..<d.kernel {
                    guard let row = unsafe rows[u] else { continue }
                    for v in 0..<d.kernel {
                        let column = x + v - d.kernel / 2
                        guard column >= 0 && column < width else { continue }
                        let tap = Int32(Int16(truncatingIfNeeded: d.taps[(u * d.kernel + v) * d.channels + c]))
                        sum &+= tap &* Int32(unsafe row[column * d.channels + c])
                    }
                }
                let scaled = roundedProduct(sum, modulation.multipliers[c], shift: modulation.shift)
                unsafe h[x * d.channels + c] = saturated(scaled + Int64(modulation.offsets[c]))
            }
        }
    }
}
