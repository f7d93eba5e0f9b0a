@testable import IntegerKernels

/// SPEC §8 once more, on arrays, in 64-bit arithmetic that traps, and as close to the text as it can be: what the
/// reference is compared with.
enum Specification {
    static func pointwise(_ w: PointwiseWeights, _ x: Feature) -> Feature {
        map(x, channels: w.outputs) { position, n in
            var acc = Int(w.biases[n])
            for k in 0..<w.inputs { acc += Int(w.weights[n * w.inputs + k]) * position[k] }
            return sat16(R(acc * Int(w.multipliers[n]), w.shift))
        }
    }

    static func block(
        _ d: DepthwiseWeights, _ m: Modulation, expand: PointwiseWeights, project: PointwiseWeights, _ x: Feature
    ) -> Feature {
        let h = Feature(height: x.height, width: x.width, channels: x.channels)
        for row in 0..<x.height {
            for column in 0..<x.width {
                for c in 0..<x.channels {
                    let scaled = R(window(d, x, row, column, c) * Int(m.multipliers[c]), m.shift)
                    h[row, column, c] = Int16(sat16(scaled + Int(m.offsets[c])))
                }
            }
        }
        let l = map(pointwise(expand, h), channels: expand.outputs) { e, n in e[n] >= 0 ? e[n] : e[n] >> 3 }
        return sum(x, pointwise(project, l))
    }

    static func sum(_ x: Feature, _ y: Feature) -> Feature {
        Feature(
            height: x.height, width: x.width, channels: x.channels,
            values: zip(x.values, y.values).map { Int16(sat16(Int($0) + Int($1))) })
    }

    private static func window(_ d: DepthwiseWeights, _ x: Feature, _ row: Int, _ column: Int, _ c: Int) -> Int {
        let k = d.kernel
        var acc = 0
        for u in 0..<k {
            for v in 0..<k {
                let (i, j) = (row + u - k / 2, column + v - k / 2)
                guard (0..<x.height).contains(i) && (0..<x.width).contains(j) else { continue }
                acc += Int(d.taps[(u * k + v) * d.channels + c]) * Int(x[i, j, c])
            }
        }
        precondition(Int(Int32.min)...Int(Int32.max) ~= acc)
        return acc
    }

    private static func map(_ x: Feature, channels: Int, _ value: ([Int], Int) -> Int) -> Feature {
        let values = x.values
        var result: [Int16] = []
        for p in 0..<x.height * x.width {
            let position = values[p * x.channels..<(p + 1) * x.channels].map(Int.init)
            for n in 0..<channels { result.append(Int16(value(position, n))) }
        }
        return Feature(height: x.height, width: x.width, channels: channels, values: result)
    }

    static func R(_ a: Int, _ s: Int) -> Int { (a + (1 << (s - 1))) >> s }
    static func sat16(_ a: Int) -> Int { min(max(a, -32768), 32767) }
}
