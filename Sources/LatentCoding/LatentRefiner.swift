package import IntegerKernels

/// Improves the symbols of level 0 before they are coded: an encoder's alone, and free to do anything that it does the same on
/// every machine.
package protocol LatentRefiner: Sendable {
    /// - Parameters:
    ///   - symbols: of each latent block of level 0, gathered: `[height][…][Z]`.
    ///   - feature: with which level 0 begins, `[height][width][channels]`.
    /// - Returns: symbols of the same shapes.
    func refined(_ symbols: [Feature], from feature: Feature) -> [Feature]
}
