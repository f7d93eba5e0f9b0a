/// The portable kernels: what every vector kernel must equal (SPEC §8).
///
/// They read weights as a model file stores them, so that they also check the packing.
enum ReferenceKernels {
    /// `y[p][n] = output(sat16(R((bias[n] + Σ w[n][k]·x[p][k]) · m[n], shift)))` for `positions` positions in order.
    ///
    /// - Parameters:
    ///   - x: `[positions][inputs]`
    ///   - residual: `[positions][outputs]` if the output needs it; may be `y`.
    ///   - y: `[positions][outputs]`
    static func pointwise(
        _ w: PointwiseWeights, _ output: PointwiseOutput, x: UnsafePointer<Int16>, residual: UnsafePointer<Int16>?,
        y: UnsafeMutablePointer<Int16>, positions: Int
    ) {
        for p in 0..<positions {
            let position = unsafe UnsafeBufferPointer(start: x + p * w.inputs, count: w.inputs)
            for n in 0..<w.outputs {
                let row = w.weights.span.extracting(n * w.inputs..<(n + 1) * w.inputs)
                let sum = unsafe w.biases[n] &+ product(row, position.span)
                let value = saturated(roundedProduct(sum, w.multipliers[n], shift: w.shift))
                let at = p * w.outputs + n
                switch output {
                case .plain: unsafe y[at] = value
                case .leaky: unsafe y[at] = value < 0 ? value >> 3 : value
                case .residual: unsafe y[at] = saturated(Int64(value) + Int64(residual![at]))
                case .gated: unsafe y[at] = residual![at] < 0 ? value >> 3 : value
                }
            }
        }
    }

    /// Σ w[k]·x[k]
    private static func product(_ w: Span<Int16>, _ x: Span<Int16>) -> Int32 {
        var sum: Int32 = 0
        for k in w.indices { sum &+= Int32(w[k]) &* Int32(x[k]) }
        return sum
    }

    /// Columns of one output row: `h[i][c] = sat16(R(acc · multiplier[c], shift) + offset[c])`, with `acc` the sum of the
    /// window around column `columns.lowerBound + i`. Samples outside the grid are 0.
    ///
    /// - Parameter h: `[columns.count][channels]`
    static func depthwise(
        _ d: DepthwiseWeights, _ m: Modulation, _ x: Feature, row: Int, columns: Range<Int>, h: UnsafeMutablePointer<Int16>
    ) {
        for (i, column) in columns.enumerated() {
            for c in 0..<d.channels {
                let sum = windowSum(d, x, row: row, column: column, channel: c)
                let scaled = roundedProduct(sum, m.multipliers[c], shift: m.shift)
                unsafe h[i * d.channels + c] = saturated(scaled + Int64(m.offsets[c]))
            }
        }
    }

    private static func windowSum(_ d: DepthwiseWeights, _ x: Feature, row: Int, column: Int, channel: Int) -> Int32 {
        let k = d.kernel
        let (top, left) = (row - k / 2, column - k / 2)
        var sum: Int32 = 0
        for u in max(0, -top)..<min(k, x.height - top) {
            for v in max(0, -left)..<min(k, x.width - left) {
                sum &+= Int32(d.taps[(u * k + v) * d.channels + channel]) &* Int32(x[top + u, left + v, channel])
            }
        }
        return sum
    }
}
