internal import EntropyModels

/// The gradient with respect to the prior's parameters of one vector, in bits: per nat of the logits, per step of the means, per
/// nat of the log scales.
///
/// The centre `c = Σ_k w_k m_k` carries the symbols: it moves with means and weights, and latents and price with it.
struct ParameterGradient {
    private static let perNat: Float = 1.442_695

    private let components: Int
    private(set) var logits = InlineArray<4, Float>(repeating: 0)
    private(set) var means = InlineArray<4, Lanes>(repeating: Lanes())
    private(set) var scales = InlineArray<4, Lanes>(repeating: Lanes())

    /// - Parameter latent: the gradient with respect to the vector's latents, bits per step.
    @inline(__always)
    init(of mixture: borrowing VectorMixture, price: borrowing VectorPrice, latent: Lanes) {
        components = mixture.components
        var centre = latent
        if !mixture.isSkipped {
            for k in 0..<components {
                let pull = price.responsibilities[k] * Self.perNat
                means[k] = pull * price.slopes[k]
                centre -= means[k]
                scales[k] = -pull * price.scaleSlopes[k]
                logits[k] = -pull
            }
        }
        for k in 0..<components {
            let weight = Float(mixture.weights[k]) * 0x1p-16
            let away = Lanes(small: mixture.offsets[k]) * 0x1p-6
            means[k] += weight * centre
            logits[k] += weight * ((centre * away).total + (mixture.isSkipped ? 0 : Self.perNat))
        }
    }

    /// Writes it where the prior has the parameters, in units of 1/256.
    ///
    /// - Parameter gradients: `[shape.parameterCount]`
    @inline(__always)
    func store(vector n: Int, of shape: MixturePrior, to gradients: UnsafeMutableBufferPointer<Int16>) {
        let first = components &* shape.groups &+ n &* shape.group
        let unit = GradientPorts.parameterUnit
        var logits = Lanes()
        for k in 0..<components { logits[k] = self.logits[k] }
        let whole = Self.integers(logits * unit)
        for k in 0..<components {
            unsafe gradients[k &* shape.groups &+ n] = Int16(truncatingIfNeeded: whole[k])
            let means = Self.integers(self.means[k] * unit), scales = Self.integers(self.scales[k] * unit)
            for i in 0..<shape.group {
                let at = first &+ k &* shape.channels &+ i
                unsafe gradients[at] = Int16(truncatingIfNeeded: means[i])
                unsafe gradients[at &+ components &* shape.channels] = Int16(truncatingIfNeeded: scales[i])
            }
        }
    }

    @inline(__always)
    private static func integers(_ lanes: Lanes) -> SIMD8<Int32> { lanes.atLeast(-32767).atMost(32767).nearestIntegers }
}
