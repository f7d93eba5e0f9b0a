package import IntegerKernels

/// Where an encoder's latents come from: a posterior given what has been coded so far.
package protocol LatentSource: Sendable {
    /// The latents wanted at a block's active positions, in the unit of its means, gathered: `[height][…][Z]`.
    ///
    /// - Parameters:
    ///   - level: 3 … 0, coarse to fine.
    ///   - block: index among the level's latent blocks.
    ///   - feature: the top-down feature after the block's front.
    func posterior(level: Int, block: Int, feature: Feature) -> Feature
}
