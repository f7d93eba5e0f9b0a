package import IntegerKernels
internal import LatentCoding
package import LatentModels

/// What the encoder knows of one tile: its bottom-up features, from which posteriors are made.
///
/// It runs on the same integer engine as the decoder: faster than floating point here, and the same on every machine.
package struct ImageAnalysis: LatentSource {
    private let network: AnalysisNetwork
    private let quality: QualityPoint
    private let engine: IntegerEngine
    /// `[4]`, fine to coarse.
    private let bottom: [Feature]

    /// - Parameter samples: `[height][width][3]`, `64 · sample − 7 344` with the sample in 8-bit steps, sides divisible by 64.
    package init(of samples: Feature, network: AnalysisNetwork, quality: QualityPoint, engine: IntegerEngine) {
        precondition(samples.channels == 3 && samples.height % 64 == 0 && samples.width % 64 == 0)
        self.network = network
        self.quality = quality
        self.engine = engine
        var features: [Feature] = []
        var x = engine.pointwise(network.stem, samples.spaceToDepth(by: 8))
        for level in 0..<VAEConfiguration.levels {
            if level > 0 { x = engine.pointwise(network.down[level - 1], x.spaceToDepth(by: 2)) }
            for block in network.blocks[level] { x = engine.apply(block, at: quality, to: x) }
            features.append(x)
        }
        bottom = features
    }

    package func posterior(level: Int, block: Int, feature: Feature) -> Feature {
        let posterior = network.posteriors[level][block]
        let merged = engine.pointwise(posterior.mergePrior, feature)
        engine.add(posterior.mergeBottom, bottom[level], to: merged)
        let feature = engine.apply(posterior.block, at: quality, to: merged)
        return engine.pointwise(posterior.mean, feature.gathered(posterior.phase))
    }
}
