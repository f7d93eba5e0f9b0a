internal import EntropyModels
package import IntegerKernels
internal import LatentCoding
package import LatentModels

/// Refines the symbols of one tile at one quality point.
package struct LevelRefinement: LatentRefiner {
    private let layers: LevelLayers
    private let plan: RefinementPlan
    private let quality: QualityPoint
    private let price: Double
    private let distortion: PictureDistortion
    private let engine: IntegerEngine

    /// - Parameters:
    ///   - price: bits that a squared error of one 8-bit step is worth, above 0.
    ///   - samples: the tile's, `[8·height][8·width][3]`, `64 · sample − 7 344` with the sample in 8-bit steps.
    ///   - width: columns of `samples` that belong to the picture.
    ///   - height: rows that do.
    package init(
        model: HierarchicalVAE, quality: QualityPoint, plan: RefinementPlan, price: Double, samples: Feature, width: Int,
        height: Int, engine: IntegerEngine
    ) {
        layers = LevelLayers(model, at: quality)
        self.plan = plan
        self.quality = quality
        self.price = price
        distortion = PictureDistortion(samples: samples, width: width, height: height)
        self.engine = engine
    }

    package func refined(_ symbols: [Feature], from feature: Feature) -> [Feature] {
        // Prices are worked out for vectors of eight channels at most.
        guard let group = layers.latents.first?.shape.group, group <= 8, plan.iterations > 0 else { return symbols }
        let curvatures = plan.curvatures ?? RefinementPlan.standardCurvatures(
            of: layers.latents.map(\.shape.channels), at: quality.index)
        let walk = LevelWalk(
            layers, from: feature, symbols: symbols, curvatures: curvatures, distortion: distortion, engine: engine)
        walk.forward()
        let ports = GradientPorts(layers, differences: walk.error, price: price)
        for iteration in 0..<plan.iterations {
            if iteration > 0 { walk.forward() }
            walk.backward(ports: ports, step: plan.step(iteration))
        }
        return walk.latents.map { $0.rounded() }
    }
}
