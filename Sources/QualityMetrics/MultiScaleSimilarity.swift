#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// MS-SSIM of two pictures: the mean over their colour channels.
///
/// Wang, Simoncelli and Bovik, "Multi-scale structural similarity for image quality assessment",
/// Asilomar 2003: an 11 × 11 Gaussian window of σ = 1.5 inside the picture, five scales. Negative
/// contrast terms count as zero. With an even number of rows and columns at each scale, the value
/// is that of `pytorch_msssim`, which learned codecs are commonly compared with.
public struct MultiScaleSimilarity: Hashable, Sendable {
    /// 1 when nothing differs, else less; not below 0.
    public let value: Double

    /// How many scales the picture is large enough for: 5 where both sides are above 160.
    ///
    /// A scale counts as long as the window fits; the first always does, with the window cut to
    /// the picture. With fewer than five, the weights of those left are scaled to add up to one,
    /// and the value is comparable only between pictures of like size.
    public let scales: Int

    /// −10·log₁₀(1 − value), which spreads the values near 1; infinite when nothing differs.
    public var decibels: Double { -10 * log10(1 - value) }

    /// Exponents of the scales, finest first.
    private static let weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]

    /// How many scales there are for a picture whose shorter side is `side`.
    static func scales(forShorterSide side: Int) -> Int {
        let fitting = sequence(first: side) { ($0 + 1) / 2 }
            .prefix(weights.count).prefix { $0 >= MeanWindow.fullLength }
        return max(1, fitting.reduce(0) { count, _ in count + 1 })
    }

    init(_ comparison: PictureComparison) {
        let scales = Self.scales(forShorterSide: min(comparison.width, comparison.height))
        let used = Self.weights.prefix(scales)
        let total = scales == Self.weights.count ? 1 : used.reduce(0, +)
        let channels = (0..<comparison.channels).map { channel in
            Self.value(
                StructuralSimilarity(comparison, channel: channel), weights: used.map { $0 / total })
        }
        self.scales = scales
        self.value = channels.reduce(0, +) / Double(channels.count)
    }

    /// The product of the scales' contrast terms and of the coarsest scale's luminance.
    private static func value(_ finest: StructuralSimilarity, weights: [Double]) -> Double {
        var scale = finest
        var product = 1.0
        for (index, weight) in weights.enumerated() {
            if index > 0 { scale.halve() }
            let means = scale.means()
            let isCoarsest = index == weights.count - 1
            product *= pow(max(0, isCoarsest ? means.similarity : means.contrast), weight)
        }
        return product
    }
}

extension PictureComparison {
    /// Measures MS-SSIM; about 35 million multiplications of four numbers for 768 × 512 RGB.
    public func multiScaleSimilarity() -> MultiScaleSimilarity {
        MultiScaleSimilarity(self)
    }
}
