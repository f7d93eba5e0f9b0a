internal import IntegerKernels
internal import LatentCoding

/// Level 0 of one tile, walked forward from its symbols to samples and back again with gradients.
///
/// Rows are dealt to threads, and between two barriers as much is done to a row as does not need its neighbours.
struct LevelWalk: Sendable {
    private let layers: LevelLayers
    private let engine: IntegerEngine
    private let distortion: PictureDistortion
    let latents: [LatentState]
    /// What each residual block expanded, `[residuals]`.
    private let kept: [Feature]
    /// Outputs of the tail, in turns.
    private let tail: [Feature]
    /// Differences from the picture, `[height][width][192]`.
    let differences: Feature
    private let gradient: Feature
    /// Gradients before expansions, in turns.
    private let inner: [Feature]

    private var kernels: KernelImplementation { engine.implementation }
    private var height: Int { gradient.height }

    /// All symbols are 0 until they are set.
    init(
        _ layers: LevelLayers, from start: Feature, curvatures: [Float], distortion: PictureDistortion, engine: IntegerEngine
    ) {
        self.layers = layers
        self.engine = engine
        self.distortion = distortion
        let (height, width) = (start.height, start.width)
        func feature(_ channels: Int) -> Feature { Feature(height: height, width: width, channels: channels) }
        latents = engine.map(Array(zip(layers.latents, curvatures))) {
            LatentState($0, height: height, width: width, curvature: $1)
        }
        kept = layers.residuals.map { feature($0.expanded) }
        tail = [feature(layers.channels), feature(layers.channels)]
        inner = [feature(layers.channels), feature(layers.channels)]
        (differences, gradient) = (feature(layers.out.outputs), feature(layers.channels))
        let (first, kernels) = (latents[0], engine.implementation)
        engine.split(height) { rows in
            first.layers.front.forward(start, rows: rows, into: first.feature, keeping: nil, with: kernels)
            first.predict(rows: rows, with: kernels)
        }
    }

    /// From symbols to differences from the picture.
    func forward() {
        for (b, state) in latents.enumerated() {
            engine.split(height) { rows in
                predict(b, rows: rows)
                state.fuse(rows: rows, with: kernels)
            }
        }
        reconstruct()
    }

    /// The same, each latent block's symbols being set on the way.
    func forward(choosing choose: LatentRefiner.Choice) {
        for (b, state) in latents.enumerated() {
            engine.split(height) { predict(b, rows: $0) }
            let chosen = choose(b, state.feature, state.prior)
            engine.split(height) { rows in
                state.set(chosen, rows: rows)
                state.fuse(rows: rows, with: kernels)
            }
        }
        reconstruct()
    }

    private func reconstruct() {
        var x = latents[latents.count - 1].feature
        for i in latents.count - 1..<layers.residuals.count {
            let (source, target) = (x, tail[i % 2])
            engine.split(height) { rows in
                layers.residuals[i].forward(source, rows: rows, into: target, keeping: kept[i], with: kernels)
            }
            x = target
        }
        let last = x
        engine.split(height) { rows in
            kernels.pointwise(layers.out, last, rows: rows, into: differences)
            distortion.subtract(from: differences, rows: rows)
        }
    }

    /// The front and the prior of a latent block; those of the first do not change.
    private func predict(_ b: Int, rows: Range<Int>) {
        guard b > 0 else { return }
        layers.residuals[b - 1].forward(
            latents[b - 1].feature, rows: rows, into: latents[b].feature, keeping: kept[b - 1], with: kernels)
        latents[b].predict(rows: rows, with: kernels)
    }

    /// Root of the mean square of differences, in 1/64 of an 8-bit step.
    var error: Double { distortion.magnitude(of: differences) }

    /// Back to the first latent block, moving all symbols on the way.
    ///
    /// - Parameter prices: of squared errors at each position, relative to the price that curvatures are for.
    func backward(ports: GradientPorts, step: ProximalStep, prices: LocalPrices? = nil) {
        // Residual blocks and latent blocks from the end: a latent block lies before the residual block of its index.
        for i in (0...layers.residuals.count).reversed() {
            let isEnd = i == layers.residuals.count
            engine.split(height) { rows in
                if isEnd {
                    kernels.pointwise(ports.out, differences, rows: rows, into: gradient)
                } else {
                    layers.residuals[i].addGradient(inner[i % 2], rows: rows, to: gradient, with: kernels)
                }
                if i < latents.count {
                    latents[i].descend(
                        gradient, rows: rows, ports: ports.latents[i], step: step, prices: prices, isFirst: i == 0,
                        with: kernels)
                }
                if i > 0 {
                    layers.residuals[i - 1].gradient(
                        gradient, kept: kept[i - 1], rows: rows, into: inner[(i - 1) % 2], with: kernels)
                }
            }
        }
    }
}
