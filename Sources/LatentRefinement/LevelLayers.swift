internal import EntropyModels
internal import IntegerKernels
internal import LatentModels

/// One latent block of level 0 at one quality point.
struct LatentLayers: Sendable {
    let front: ResidualLayers
    let prior: PackedPointwise
    let fuse: PackedPointwise
    let shape: MixturePrior
    let gains: BlockGains
    let coder: LatentVectorCoder
    let phase: Phase

    init(_ block: LatentBlock, front: ResidualLayers, tables: EntropyTables, at quality: QualityPoint) {
        self.front = front
        (prior, fuse, shape, phase) = (block.prior, block.fuse, block.shape, block.phase)
        gains = block.gains[quality]
        coder = LatentVectorCoder(prior: shape, gains: gains, tables: tables)
    }
}

/// Level 0 and all that comes after it, at one quality point.
struct LevelLayers: Sendable {
    let latents: [LatentLayers]
    /// Residual blocks after the first latent block: the fronts of the others, then the tail.
    let residuals: [ResidualLayers]
    let out: PackedPointwise
    let channels: Int

    init(_ model: HierarchicalVAE, at quality: QualityPoint, engine: IntegerEngine) {
        let blocks = model.levels[0].blocks
        let all = engine.map(blocks.map(\.front) + model.tail) { ResidualLayers($0, at: quality) }
        latents = zip(blocks, all).map { LatentLayers($0, front: $1, tables: model.tables, at: quality) }
        residuals = Array(all.dropFirst())
        out = model.out
        channels = model.configuration.channels[0]
    }
}

/// The products at which gradients enter and leave the feature, scaled for one picture.
///
/// Where the feature is, a gradient of 1 stands for `1 / unit` bits per unit of the feature.
struct GradientPorts: Sendable {
    struct Latent: Sendable {
        let fuse: PackedPointwise
        /// Bits per step that 1 of the transposed fuse product's output stands for.
        let stepUnit: Float
        let prior: PackedPointwise
    }

    /// Of gradients with respect to prior parameters: 1 of the transposed prior's input stands for 1/256 bit.
    static let parameterUnit: Float = 256

    let out: PackedPointwise
    let latents: [Latent]

    /// - Parameters:
    ///   - differences: root of the mean square of what `out` will be given, in 1/64 of an 8-bit step.
    ///   - price: bits per squared 8-bit step.
    init(_ layers: LevelLayers, differences: Double, price: Double, engine: IntegerEngine) {
        var out = LinearMap(transposing: layers.out.original)
        // Gradients of about 2^8.5 in the feature leave room for great ones and for small ones.
        var (exponent, magnitude) = (out.levellingExponent, differences)
        while magnitude < 256 && exponent < 40 { (magnitude, exponent) = (magnitude * 2, exponent + 1) }
        while magnitude > 512 && exponent > -40 { (magnitude, exponent) = (magnitude / 2, exponent - 1) }
        out.scaleOutputs { _ in LinearMap.powerOfTwo(exponent) }
        self.out = out.packed
        // A difference of d costs price·(d / 64)², whose derivative is d·price / 2048.
        let unit = LinearMap.powerOfTwo(exponent) * 2048 / price
        latents = engine.map(layers.latents) { Latent($0, unit: unit) }
    }
}

extension GradientPorts.Latent {
    /// - Parameter unit: of the feature's gradients, per bit per unit of the feature.
    fileprivate init(_ layers: LatentLayers, unit: Double) {
        let gains = layers.gains
        var fuse = LinearMap(transposing: layers.fuse.original)
        fuse.scaleOutputs { j in Double(gains.latent[j]) * LinearMap.powerOfTwo(6 - gains.latentShift) }
        let exponent = fuse.levellingExponent
        fuse.scaleOutputs { _ in LinearMap.powerOfTwo(exponent) }
        self.fuse = fuse.packed
        stepUnit = Float(1 / (unit * LinearMap.powerOfTwo(exponent)))

        var prior = LinearMap(transposing: layers.prior.original)
        let (shape, ln2) = (layers.shape, 0.693_147_180_559_945_3)
        let scale = unit / Double(GradientPorts.parameterUnit)
        let (means, scales) = (shape.components * shape.groups, shape.components * (shape.groups + shape.channels))
        prior.scaleInputs { p in
            if p < means { return scale * ln2 / 64 }
            if p >= scales { return scale * ln2 / 256 }
            let j = (p - means) % shape.channels
            return scale * Double(gains.step[j]) * LinearMap.powerOfTwo(-gains.stepShift - 6)
        }
        self.prior = prior.packed
    }
}
