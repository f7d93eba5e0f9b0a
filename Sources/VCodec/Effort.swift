internal import LatentRefinement

/// How much time an encoder may take to find a smaller file of the same quality. A decoder needs as long for any of them.
///
/// 0 takes what the analysis of the picture says. From 1 on, symbols at 1/8 of the picture's size, which take three quarters of
/// the bits, are refined: they become real numbers, go down the gradient of rate and distortion together, and are pressed back
/// to whole numbers (docs/decisions/0014-effort.md; after Yang, Bamler, Mandt, "Improving Inference for Neural Image
/// Compression", NeurIPS 2020). docs/results.md has what each brings, and how long it takes.
public struct Effort: Sendable, Hashable {
    public static let range = 0...9
    public static let standard = Effort(3)

    public let value: Int

    /// - Precondition: `Effort.range` contains `value`.
    public init(_ value: Int) {
        precondition(Self.range.contains(value), "an effort of 0 to 9")
        self.value = value
    }

    /// One iteration is worth half of what two are; there is nothing between them for 2.
    private static let iterations = [0, 1, 1, 2, 5, 14, 40, 55, 110, 200]

    /// How symbols are refined; nil: not at all.
    func plan(for measure: DistortionMeasure) -> RefinementPlan? {
        guard value > 0 else { return nil }
        let iterations = Self.iterations[value]
        return switch measure {
        case .psnr: RefinementPlan(iterations: iterations)
        case .msSSIM: .forSimilarity(iterations: iterations)
        case .ssimulacra2: .forSsimulacra2(iterations: iterations)
        }
    }

    /// What a search for a setting works with before it turns to this effort itself.
    var forSearching: Effort { Effort(min(value, 2)) }
}
