/// Shapes of a latent block's prior: how the channels of the prior's output are laid out (SPEC §10.2).
package struct MixturePrior: Sendable {
    /// Latent channels Z of the block, a multiple of `group`.
    package let channels: Int
    /// Gaussians K in each vector's mixture.
    package let components: Int
    /// Channels g in a vector.
    package let group: Int

    package init(channels: Int, components: Int, group: Int) {
        precondition(channels % group == 0)
        self.channels = channels
        self.components = components
        self.group = group
    }

    package var groups: Int { channels / group }
    /// Channels of the network's output that describe a position: logits, means, log scales.
    package var parameterCount: Int { components * (groups + 2 * channels) }
}

/// What one quality point does to a latent block's prior and latents (SPEC §7, gains; §10).
package struct BlockGains: Sendable {
    /// `[Z]`: from the network's means to 1/64 of a quantisation step, with `stepShift` fractional bits.
    package let step: [Int32]
    package let stepShift: Int
    /// `[Z]`: added to log scales, 1/256 octave.
    package let logScale: [Int16]
    /// `[Z]`: from 1/64 of a step back to the unit of the fuse layer, with `latentShift` fractional bits.
    package let latent: [Int32]
    package let latentShift: Int

    package init(step: [Int32], stepShift: Int, logScale: [Int16], latent: [Int32], latentShift: Int) {
        precondition(step.count == logScale.count && step.count == latent.count)
        self.step = step
        self.stepShift = stepShift
        self.logScale = logScale
        self.latent = latent
        self.latentShift = latentShift
    }

    /// A mean of the network in 1/64 of a quantisation step.
    @inline(__always)
    package func fineSteps(_ value: Int16, channel: Int) -> Int32 {
        let product = Int64(value) &* Int64(step[channel])
        let rounded = (product &+ (1 &<< Int64(stepShift &- 1))) &>> Int64(stepShift)
        return Int32(truncatingIfNeeded: min(max(rounded, -1 << 20), 1 << 20))
    }

    /// The latent that the network sees for a value in 1/64 of a quantisation step (SPEC §10.5).
    @inline(__always)
    package func latentValue(_ fine: Int32, channel: Int) -> Int16 {
        let product = Int64(fine) &* Int64(latent[channel])
        let rounded = (product &+ (1 &<< Int64(latentShift &- 1))) &>> Int64(latentShift)
        return Int16(truncatingIfNeeded: min(max(rounded, -32768), 32767))
    }
}

extension GaussianMixture {
    /// Reads the parameters of vector `group` at one position (SPEC §10.2).
    ///
    /// - Parameters:
    ///   - parameters: the prior's output at the position, `prior.parameterCount` values laid out as SPEC §10.2 says.
    ///   - vector: index n of the vector, `0 ..< prior.groups`.
    @inline(__always)
    mutating func load(_ parameters: Span<Int16>, vector: Int, prior: MixturePrior, gains: borrowing BlockGains) {
        loadWeights(parameters, vector: vector, groups: prior.groups)
        let means = components &* prior.groups
        let scales = means &+ components &* prior.channels
        var widest: UInt8 = 0
        var farthest: UInt32 = 0
        for i in 0..<group {
            let j = vector &* group &+ i
            var centred: Int64 = 32768
            for k in 0..<components {
                let mean = gains.fineSteps(parameters[means &+ k &* prior.channels &+ j], channel: j)
                offset[i &* 4 &+ k] = mean
                centred &+= Int64(weights[k]) &* Int64(mean)
                let logScale = Int32(parameters[scales &+ k &* prior.channels &+ j]) &+ Int32(gains.logScale[j])
                let index = tables.scaleIndex(logScale: logScale)
                scaleIndex[i &* 4 &+ k] = index
                widest = max(widest, index)
            }
            let middle = Int32(truncatingIfNeeded: centred &>> 16)
            centre[i] = middle
            for k in 0..<components {
                let away = min(max(offset[i &* 4 &+ k] &- middle, -32767), 32767)
                offset[i &* 4 &+ k] = away
                farthest = max(farthest, away.magnitude)
            }
        }
        isSkipped = widest <= tables.skipScale && farthest <= UInt32(tables.skipOffset)
    }

    @inline(__always)
    private mutating func loadWeights(_ parameters: Span<Int16>, vector: Int, groups: Int) {
        var top = Int32(parameters[vector])
        for k in 1..<max(components, 1) { top = max(top, Int32(parameters[k &* groups &+ vector])) }
        var evidence = InlineArray<4, UInt64>(repeating: 0)
        for k in 0..<components {
            let below = min(1023, top &- Int32(parameters[k &* groups &+ vector]))
            evidence[k] = UInt64(tables.exponential[Int(below)])
        }
        normalise(evidence)
    }
}

extension GaussianMixture {
    /// How far a vector's wanted values are from its loaded centre, in 1/16384 of a quantisation step.
    ///
    /// The encoder's alone, and finer than the coded centre: training leaves many values just below or above half a
    /// step, on whose side the centre's own rounding must not decide (docs/decisions/0003-rounding.md).
    ///
    /// - Parameter posterior: `[prior.channels]`, the values wanted, in the network's unit.
    @inline(__always)
    func distances(
        to posterior: Span<Int16>, _ parameters: Span<Int16>, vector: Int, prior: MixturePrior, gains: borrowing BlockGains
    ) -> InlineArray<16, Int32> {
        let means = components &* prior.groups
        let shift = Int64(gains.stepShift &+ 6)
        var distances = InlineArray<16, Int32>(repeating: 0)
        for i in 0..<group {
            let j = vector &* group &+ i
            var distance = Int64(posterior[j]) &<< 16
            for k in 0..<components {
                distance &-= Int64(weights[k]) &* Int64(parameters[means &+ k &* prior.channels &+ j])
            }
            // |distance| < 2^33; two bits less leave room for the product.
            let product = (distance &>> 2) &* Int64(gains.step[j])
            let rounded = (product &+ (1 &<< (shift &- 1))) &>> shift
            distances[i] = Int32(truncatingIfNeeded: min(max(rounded, -1 << 29), 1 << 29))
        }
        return distances
    }
}
