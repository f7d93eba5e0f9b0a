/// One channel of two pictures at one scale, as sums and differences of their samples.
///
/// With s = a + b and d = a − b, the moments that SSIM asks for are
///
///     2·μa·μb = (μs² − μd²) / 2        2·σab     = (var s − var d) / 2
///     μa² + μb² = (μs² + μd²) / 2      σa² + σb² = (var s + var d) / 2
///
/// so four windowed means do instead of five, and the small variance of the difference is not
/// what is left of two large numbers.
struct StructuralSimilarity: Sendable {
    private(set) var width: Int
    private(set) var height: Int

    /// `[height][width]`, each (s, d), on the scale 0 … 255 per picture.
    private var plane: [SIMD2<Float>]

    /// Means over all places of the window.
    struct Means {
        /// Of luminance · contrast · structure.
        var similarity: Double
        /// Of contrast · structure.
        var contrast: Double
    }

    init(_ comparison: PictureComparison, channel: Int) {
        width = comparison.width
        height = comparison.height
        plane = []
        plane.reserveCapacity(width * height)
        let unit = 255 / Float(comparison.peak)
        for y in 0..<height {
            let rows = zip(
                comparison.first.row(y, channel: channel),
                comparison.second.row(y, channel: channel))
            for (a, b) in rows {
                plane.append(SIMD2(Float(a + b), Float(a - b)) * unit)
            }
        }
    }

    /// Halves both sides, rounding up, by the mean of each 2 × 2 samples; an odd last row or
    /// column counts twice.
    mutating func halve() {
        let halfWidth = (width + 1) / 2
        let halfHeight = (height + 1) / 2
        var half: [SIMD2<Float>] = []
        half.reserveCapacity(halfWidth * halfHeight)
        for y in 0..<halfHeight {
            let upper = 2 * y * width
            let lower = min(2 * y + 1, height - 1) * width
            for x in 0..<halfWidth {
                let left = 2 * x
                let right = min(left + 1, width - 1)
                half.append(
                    (plane[upper + left] + plane[upper + right]
                        + plane[lower + left] + plane[lower + right]) * 0.25)
            }
        }
        (plane, width, height) = (half, halfWidth, halfHeight)
    }

    /// The means of SSIM's terms with the window at every place inside the picture.
    ///
    /// - Complexity: two passes of one multiplication per tap and sample; keeps eleven rows.
    func means() -> Means {
        let across = MeanWindow(samples: width)
        let down = MeanWindow(samples: height)
        let columns = across.positions(in: width)
        let rows = down.positions(in: height)
        var lines = [[SIMD4<Float>]](repeating: [], count: down.weights.count)
        var sum = SIMD2<Double>.zero
        for y in 0..<height {
            lines[y % lines.count] = horizontalMeans(row: y, across, columns)
            let top = y - lines.count + 1
            guard top >= 0 else { continue }
            var lineSum = SIMD2<Double>.zero
            for x in 0..<columns {
                var moments = SIMD4<Float>.zero
                for (tap, weight) in down.weights.enumerated() {
                    moments += lines[(top + tap) % lines.count][x] * weight
                }
                lineSum += SIMD2<Double>(Self.terms(of: moments))
            }
            sum += lineSum
        }
        sum /= Double(rows * columns)
        return Means(similarity: sum.x, contrast: sum.y)
    }

    /// Windowed means of (s, d, s², d²) along a row.
    private func horizontalMeans(
        row y: Int, _ window: MeanWindow, _ columns: Int
    ) -> [SIMD4<Float>] {
        let moments = plane[(y * width)..<((y + 1) * width)].map { value in
            SIMD4(lowHalf: value, highHalf: value * value)
        }
        return (0..<columns).map { x in
            var mean = SIMD4<Float>.zero
            for (tap, weight) in window.weights.enumerated() {
                mean += moments[x + tap] * weight
            }
            return mean
        }
    }

    /// (luminance · contrast · structure, contrast · structure) from means of (s, d, s², d²).
    ///
    /// K₁ = 0.01, K₂ = 0.03, L = 255.
    private static func terms(of moments: SIMD4<Float>) -> SIMD2<Float> {
        let squares = moments.lowHalf * moments.lowHalf
        let variances = moments.highHalf - squares
        let (c1, c2) = (Float(2 * 2.55 * 2.55), Float(2 * 7.65 * 7.65))
        let contrast = (variances.x - variances.y + c2) / (variances.x + variances.y + c2)
        let luminance = (squares.x - squares.y + c1) / (squares.x + squares.y + c1)
        return SIMD2(luminance * contrast, contrast)
    }
}
