internal import EntropyModels
internal import IntegerKernels

/// One latent block of the picture being refined: its symbols, and memory for a walk forward and back.
struct LatentState: Sendable {
    let layers: LatentLayers
    /// Bits per squared step.
    let curvature: Float
    /// The feature after the front, and after the symbols at active positions.
    let feature: Feature
    /// Before the symbols, at active positions.
    let active: Feature
    private let fused: Feature
    let prior: Feature
    private let latents: Feature
    /// Symbols, which need not be whole, and their smoothed gradients.
    let symbols: VectorField
    let momenta: VectorField
    // Gradients: at active positions, of latents, of prior parameters.
    private let activeGradient: Feature
    private let latentGradient: Feature
    private let parameterGradient: Feature

    init(_ layers: LatentLayers, height: Int, width: Int, curvature: Float) {
        self.layers = layers
        let shape = layers.shape
        self.curvature = curvature
        let channels = layers.prior.inputs, narrow = layers.phase.gatheredWidth(width)
        func gathered(_ channels: Int) -> Feature {
            Feature(height: height, width: narrow, repeating: Array(repeating: 0, count: channels))
        }
        feature = Feature(height: height, width: width, channels: channels)
        (active, fused, activeGradient) = (gathered(channels), gathered(channels), gathered(channels))
        (latents, latentGradient) = (gathered(shape.channels), gathered(shape.channels))
        (prior, parameterGradient) = (gathered(shape.parameterCount), gathered(shape.parameterCount))
        symbols = VectorField(height: height, width: narrow, groups: shape.groups)
        momenta = VectorField(height: height, width: narrow, groups: shape.groups)
    }

    private var groups: Int { layers.shape.groups }
    private func count(_ row: Int) -> Int { layers.phase.count(row: row, width: feature.width) }
    /// Column of a gathered position.
    private func column(_ x: Int, row: Int) -> Int { layers.phase == .all ? x : layers.phase.first(row: row) + 2 * x }

    // MARK: Symbols

    func set(_ whole: Feature, rows: Range<Int>) {
        for y in rows {
            let (source, target) = unsafe (whole.row(y), symbols.row(y))
            for vector in 0..<count(y) * groups {
                for i in 0..<layers.shape.group {
                    unsafe target[vector][i] = Float(source[vector * layers.shape.group + i])
                }
            }
        }
    }

    /// The nearest whole symbols, gathered.
    func rounded() -> Feature {
        let whole = Feature(height: latents.height, width: latents.width, repeating: Array(repeating: 0, count: latents.channels))
        for y in 0..<whole.height {
            let (source, target) = unsafe (symbols.row(y), whole.row(y))
            for vector in 0..<count(y) * groups {
                let nearest = unsafe source[vector].nearestIntegers
                for i in 0..<layers.shape.group {
                    unsafe target[vector * layers.shape.group + i] = Int16(clamping: nearest[i])
                }
            }
        }
        return whole
    }

    // MARK: Forward

    /// Prior parameters of `rows` from ``feature``, whose front has been applied.
    func predict(rows: Range<Int>, with kernels: KernelImplementation) {
        for y in rows { feature.gatherRow(y, layers.phase, into: active) }
        kernels.pointwise(layers.prior, active, rows: rows, into: prior)
    }

    /// Adds what the symbols of `rows` say to ``feature``.
    func fuse(rows: Range<Int>, with kernels: KernelImplementation) {
        for y in rows {
            setLatents(row: y)
            active.gatherRow(y, .all, into: fused)
        }
        kernels.add(layers.fuse, latents, rows: rows, to: fused)
        for y in rows { feature.scatterRow(y, fused, layers.phase) }
    }

    private func setLatents(row y: Int) {
        var coder = layers.coder
        let (parameters, target, symbols) = unsafe (UnsafeBufferPointer(prior.row(y)), latents.row(y), symbols.row(y))
        let (wide, group) = (prior.channels, layers.shape.group)
        for x in 0..<count(y) {
            let position = unsafe UnsafeBufferPointer(rebasing: parameters[x * wide..<(x + 1) * wide])
            for n in 0..<groups {
                let (centre, isSkipped) = coder.centre(of: n, unsafe position.span)
                let u = isSkipped ? Lanes() : unsafe symbols[x * groups + n]
                let fine = centre &+ (u * 64).nearestIntegers
                for i in 0..<group {
                    let j = n &* group &+ i
                    unsafe target[x &* latents.channels &+ j] = layers.gains.latentValue(fine[i], channel: j)
                }
            }
        }
    }

    // MARK: Backwards

    /// Moves the symbols of `rows` against their gradient, and adds to the gradient what came through the prior.
    ///
    /// - Parameters:
    ///   - g: the gradient at ``feature``; becomes that before the symbols were added and the prior was made.
    ///   - prices: by which curvatures are multiplied; nil: 1 everywhere.
    ///   - isFirst: nothing before this block changes, so that `g` may be left as it is.
    func descend(
        _ g: Feature, rows: Range<Int>, ports: GradientPorts.Latent, step: ProximalStep, prices: LocalPrices?, isFirst: Bool,
        with kernels: KernelImplementation
    ) {
        for y in rows { g.gatherRow(y, layers.phase, into: activeGradient) }
        kernels.pointwise(ports.fuse, activeGradient, rows: rows, into: latentGradient)
        for y in rows { descend(row: y, stepUnit: ports.stepUnit, step: step, prices: prices, isFirst: isFirst) }
        guard !isFirst else { return }
        kernels.add(ports.prior, parameterGradient, rows: rows, to: activeGradient)
        for y in rows { g.scatterRow(y, activeGradient, layers.phase) }
    }

    private func descend(row y: Int, stepUnit: Float, step: ProximalStep, prices: LocalPrices?, isFirst: Bool) {
        var coder = layers.coder
        var mixture = VectorMixture(components: layers.shape.components)
        var price = VectorPrice()
        let (parameters, given) = unsafe (UnsafeBufferPointer(prior.row(y)), latentGradient.row(y))
        let (target, symbols, momenta) = unsafe (parameterGradient.row(y), symbols.row(y), momenta.row(y))
        let (wide, group) = (prior.channels, layers.shape.group)
        for x in 0..<count(y) {
            let position = unsafe UnsafeBufferPointer(rebasing: parameters[x * wide..<(x + 1) * wide])
            let gradients = unsafe UnsafeMutableBufferPointer(rebasing: target[x * wide..<(x + 1) * wide])
            let relative: Float = prices.map { $0[y, column(x, row: y)] } ?? 1
            let curvature = Lanes(repeating: self.curvature * relative)
            for n in 0..<groups {
                coder.describe(unsafe position.span, vector: n, into: &mixture)
                let at = x &* latents.channels &+ n &* group
                let gradient = unsafe Lanes(small: .init(given, from: at, count: group)) * stepUnit
                let vector = x &* groups &+ n
                let smoothed = unsafe momenta[vector] * step.momentum + gradient * (1 - step.momentum)
                unsafe momenta[vector] = smoothed
                if mixture.isSkipped {
                    unsafe symbols[vector] = Lanes()
                } else {
                    let u = unsafe symbols[vector]
                    price.evaluate(mixture, at: u)
                    unsafe symbols[vector] = step.moved(u, gradient: smoothed, price: price, curvature: curvature)
                }
                if !isFirst {
                    let slopes = ParameterGradient(of: mixture, price: price, latent: gradient)
                    unsafe slopes.store(vector: n, of: layers.shape, to: gradients)
                }
            }
        }
    }
}
