internal import EntropyModels
package import IntegerKernels
package import LatentCoding
package import LatentModels

/// Refines the symbols of one tile at one quality point.
package struct LevelRefinement: LatentRefiner {
    private let layers: LevelLayers
    private let plan: RefinementPlan
    private let quality: QualityPoint
    private let price: Double
    private let loss: RefinementLoss
    private let distortion: PictureDistortion
    private let width: Int
    private let height: Int
    private let engine: IntegerEngine
    private let goesOn: @Sendable (Double) -> Bool

    /// - Parameters:
    ///   - price: bits that a squared error of one 8-bit step is worth, above 0: to the network at this quality point, whatever
    ///     counts as loss.
    ///   - loss: what symbols are refined for.
    ///   - samples: the tile's, `[8·height][8·width][3]`, `64 · sample − 7 344` with the sample in 8-bit steps.
    ///   - width: columns of `samples` that belong to the picture.
    ///   - height: rows that do.
    ///   - goesOn: asked after every iteration, with the part of them that is done, 0 … 1; false ends the work.
    /// - Returns: nil for a model with vectors of more than eight channels, whose prices cannot be worked out.
    package init?(
        model: HierarchicalVAE, quality: QualityPoint, plan: RefinementPlan, price: Double, loss: RefinementLoss = .squaredError,
        samples: Feature, width: Int, height: Int, engine: IntegerEngine, goesOn: @escaping @Sendable (Double) -> Bool = { _ in true }
    ) {
        guard model.configuration.group <= Lanes.scalarCount else { return nil }
        layers = LevelLayers(model, at: quality, engine: engine)
        self.plan = plan
        self.quality = quality
        self.price = price * plan.priceFactor
        self.loss = loss
        distortion = PictureDistortion(samples: samples, width: width, height: height, engine: engine)
        (self.width, self.height) = (width, height)
        self.engine = engine
        self.goesOn = goesOn
    }

    /// What models are trained with: λ = 4 … 4096 from the first quality point to the last, times the squared error on −1 … 1, in
    /// nats.
    ///
    /// - Parameter point: a quality point, or a place between two.
    /// - Returns: bits for a squared error of one 8-bit step.
    package static func errorPrice(atPoint point: Double) -> Double {
        let lambda = 4 * Double((Float(point) * (10 / 63)).powerOfTwo)
        return lambda * 4 / (0.693_147_180_559_945_3 * 255 * 255)
    }

    package func refined(from feature: Feature, first choose: Choice) -> [Feature] {
        let curvatures = layers.latents.indices.map { plan.curvature(ofBlock: $0, at: quality.index) }
        let walk = LevelWalk(layers, from: feature, curvatures: curvatures, distortion: distortion, engine: engine)
        walk.forward(choosing: choose)
        let perceptual = perceptual, differences = walk.differences
        let prices = perceptual?.replaceFirst(differences, squarePrice: price)
        let ports = GradientPorts(layers, differences: walk.error, price: price, engine: engine)
        for iteration in 0..<plan.iterations {
            if iteration > 0 {
                walk.forward()
                perceptual?.replace(differences, squarePrice: price)
            }
            walk.backward(ports: ports, step: plan.step(iteration), prices: prices)
            guard goesOn(Double(iteration + 1) / Double(plan.iterations)) else { break }
        }
        return engine.map(walk.latents) { $0.rounded() }
    }

    /// What counts, where that is not squared error.
    private var perceptual: (any PerceptualDistortion)? {
        switch loss {
        case .squaredError: nil
        case .similarity(let bitsPerPixel):
            SimilarityDistortion(wanted: distortion.wanted, width: width, height: height, price: bitsPerPixel, engine: engine)
        case .visual: VisualDistortion(wanted: distortion.wanted, width: width, height: height, engine: engine)
        }
    }
}
