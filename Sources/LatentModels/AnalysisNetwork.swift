package import IntegerKernels

/// The encoder's side of a model: bottom-up features and posteriors. Not normative: a better one makes the same files.
package struct AnalysisNetwork: Sendable {
    package struct Posterior: Sendable {
        /// The two halves of the product that merges the top-down and the bottom-up feature.
        package let mergePrior: PackedPointwise
        package let mergeBottom: PackedPointwise
        package let block: ResidualBlock
        package let mean: PackedPointwise
        /// Where the latent block is active.
        package let phase: Phase
    }

    package let stem: PackedPointwise
    /// From level i to level i + 1, after space to depth by 2: `[3]`.
    package let down: [PackedPointwise]
    /// Residual blocks of each level.
    package let blocks: [[ResidualBlock]]
    /// Of each level's latent blocks.
    package let posteriors: [[Posterior]]

    init(section: ArraySlice<UInt8>, configuration c: VAEConfiguration) throws(ModelError) {
        var cursor = ModelCursor(section)
        var counts: [Int] = []
        for _ in 0..<VAEConfiguration.levels { counts.append(try cursor.field("analysis blocks", UInt8.self, in: 0...16)) }
        stem = try PackedPointwise(from: &cursor, inputs: 192, outputs: c.channels[0], name: "stem")
        var down: [PackedPointwise] = [], blocks: [[ResidualBlock]] = []
        for level in 0..<VAEConfiguration.levels {
            if level > 0 {
                down.append(try PackedPointwise(
                    from: &cursor, inputs: 4 * c.channels[level - 1], outputs: c.channels[level], name: "down \(level)"))
            }
            var stack: [ResidualBlock] = []
            for i in 0..<counts[level] {
                stack.append(try ResidualBlock(
                    from: &cursor, channels: c.channels[level], kernel: c.kernels[level], name: "analysis \(level).\(i)"))
            }
            blocks.append(stack)
        }
        self.down = down
        self.blocks = blocks
        var posteriors: [[Posterior]] = []
        for level in (0..<VAEConfiguration.levels).reversed() {
            var atLevel: [Posterior] = []
            for (i, latents) in c.latents[level].enumerated() {
                atLevel.append(try Posterior(
                    from: &cursor, latents: latents, level: level, configuration: c, name: "posterior \(level).\(i)"))
            }
            posteriors.append(atLevel)
        }
        self.posteriors = posteriors.reversed()
        try cursor.finish()
    }
}

extension AnalysisNetwork.Posterior {
    fileprivate init(
        from cursor: inout ModelCursor, latents: VAEConfiguration.Latents, level: Int, configuration c: VAEConfiguration, name: String
    ) throws(ModelError) {
        let channels = c.channels[level]
        mergePrior = try PackedPointwise(from: &cursor, inputs: channels, outputs: channels, name: name + " merge")
        mergeBottom = try PackedPointwise(from: &cursor, inputs: channels, outputs: channels, name: name + " merge")
        block = try ResidualBlock(from: &cursor, channels: channels, kernel: c.kernels[level], name: name)
        mean = try PackedPointwise(from: &cursor, inputs: channels, outputs: latents.channels, name: name + " mean")
        phase = latents.phase
    }
}
