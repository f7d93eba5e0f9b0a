package import IntegerKernels

/// Improves the symbols of level 0 before they are coded: an encoder's alone, and free to do anything that it does the same on
/// every machine.
package protocol LatentRefiner: Sendable {
    /// What a latent block has to choose symbols by: its index, the feature after its front, and what its prior says at active
    /// positions, gathered. Returns symbols, `[height][gathered width][Z]`.
    typealias Choice = (_ block: Int, _ feature: Feature, _ prior: Feature) -> Feature

    /// - Parameters:
    ///   - feature: with which level 0 begins, `[height][width][channels]`.
    ///   - choose: symbols to begin with. Asked for each latent block in turn, with the blocks before at what it chose.
    /// - Returns: symbols of each latent block, of the shapes chosen.
    func refined(from feature: Feature, first choose: Choice) -> [Feature]
}
