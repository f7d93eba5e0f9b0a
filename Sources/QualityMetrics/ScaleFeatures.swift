internal import Ssimulacra2Constants

/// How one channel of a copy differs from the original at one scale of SSIMULACRA2: each measure's mean over the pixels, and its 4-norm,
/// (mean of d⁴)^¼.
struct ScaleFeatures {
    /// The measures: (structure, edges made, edges lost, 0), none below 0.
    private var means = SIMD4<Double>.zero
    private var norms = SIMD4<Double>.zero

    /// Mean and 4-norm of the three measures, as the weights have them.
    var inOrder: [Double] { [means.x, means.y, means.z, norms.x, norms.y, norms.z] }

    /// - Complexity: two passes of nine multiplications of four numbers per pixel and channel; keeps nine rows.
    static func ofChannels(original: OpsinPicture, copy: OpsinPicture) -> [ScaleFeatures] {
        (0..<3).map { channel in
            let (a, b) = (original.pixels, copy.pixels)
            return ScaleFeatures(width: original.width, height: original.height) { (a[$0][channel], b[$0][channel]) }
        }
    }

    /// - Parameter values: of the original and of the copy at an index.
    private init(width: Int, height: Int, values: (Int) -> (Float, Float)) {
        let reach = BlurKernel.reach
        // What is beyond the border is 0.
        let nothing = [SIMD4<Float>](repeating: .zero, count: width)
        var lines = [[SIMD4<Float>]](repeating: nothing, count: 2 * reach + 1)
        for y in 0..<height + reach {
            lines.removeFirst()
            lines.append(y < height ? Self.blurredMoments((y * width..<(y + 1) * width).map(values)) : nothing)
            guard y >= reach else { continue }
            let row = (y - reach) * width
            for x in 0..<width {
                var moments = SIMD4<Float>.zero
                for (line, weight) in zip(lines, BlurKernel.weights) { moments += line[x] * weight }
                add(Self.differences(moments, values(row + x)))
            }
        }
        means /= Double(width * height)
        norms /= Double(width * height)
        for i in 0..<3 { norms[i] = norms[i].squareRoot().squareRoot() }
    }

    private mutating func add(_ differences: SIMD4<Float>) {
        let values = SIMD4<Double>(differences), squares = values * values
        means += values
        norms += squares * squares
    }

    /// Blurred (s, d, s², d²) along a row, s being the sum of both values and d the original's less the copy's.
    private static func blurredMoments(_ row: [(Float, Float)]) -> [SIMD4<Float>] {
        let reach = BlurKernel.reach
        let moments = row.map { a, b in SIMD4(a + b, a - b, (a + b) * (a + b), (a - b) * (a - b)) }
        return moments.indices.map { x in
            var sum = SIMD4<Float>.zero
            for tap in max(-reach, -x)...min(reach, moments.count - 1 - x) {
                sum += moments[x + tap] * BlurKernel.weights[tap + reach]
            }
            return sum
        }
    }

    /// (structure, edges made, edges lost, 0) of a pixel.
    ///
    /// With s and d, 1 − (2·σab + c₂) / (σa² + σb² + c₂) is var d / ((var s + var d) / 2 + c₂), which is no small
    /// difference of large numbers.
    private static func differences(_ blurred: SIMD4<Float>, _ values: (a: Float, b: Float)) -> SIMD4<Float> {
        let (sum, difference) = (blurred.x, blurred.y)
        let variances = SIMD2(blurred.z - sum * sum, blurred.w - difference * difference)
        let contrast = variances.y / ((variances.x + variances.y) / 2 + Ssimulacra2Constants.leastVariance)
        let luminance = difference * difference
        let structure = luminance + (1 - luminance) * contrast
        let edges = (1 + abs(values.b - (sum - difference) / 2)) / (1 + abs(values.a - (sum + difference) / 2)) - 1
        return SIMD4(max(structure, 0), max(edges, 0), max(-edges, 0), 0)
    }
}

/// A row of the blur of σ = 1.5.
private enum BlurKernel {
    /// Numbers to each side of the middle one.
    static let reach = Ssimulacra2Constants.blur.count - 1
    static let weights = Ssimulacra2Constants.blur.reversed() + Ssimulacra2Constants.blur.dropFirst()
}
