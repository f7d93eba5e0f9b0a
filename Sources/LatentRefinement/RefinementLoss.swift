/// What a reconstruction loses.
package enum RefinementLoss: Sendable, Hashable {
    /// Squared errors.
    case squaredError
    /// 1 − MS-SSIM, which is worth so many bits for each pixel, above 0.
    case similarity(bitsPerPixel: Double)
    /// SSIMULACRA2's error with some of the squared error, as the model for it is trained.
    case visual

    /// MS-SSIM that weighs as much against the rate as squared errors do, on the mean of photographs
    /// (docs/decisions/0014-effort.md).
    ///
    /// - Parameter point: a quality point, or a place between two.
    package static func similarity(atPoint point: Double) -> RefinementLoss {
        .similarity(bitsPerPixel: Double((0.85 + 0.17 * Float(point)).powerOfTwo))
    }
}
