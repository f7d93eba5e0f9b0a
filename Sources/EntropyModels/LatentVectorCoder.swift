package import EntropyCoding

/// Codes the latent vectors of one band of rows, position by position (SPEC §10).
///
/// It owns no memory of the picture: the caller hands in the prior's parameters of one position and takes its latents.
package struct LatentVectorCoder: Sendable {
    let prior: MixturePrior
    let gains: BlockGains
    var mixture: GaussianMixture

    package init(prior: MixturePrior, gains: BlockGains, tables: EntropyTables) {
        self.prior = prior
        self.gains = gains
        mixture = GaussianMixture(tables: tables, components: prior.components, group: prior.group)
    }

    /// Decodes one position.
    ///
    /// - Parameters:
    ///   - parameters: the prior's output at the position, `[prior.parameterCount]`.
    ///   - zeros: what the block has learnt so far, at this position.
    ///   - latents: `[prior.channels]`, written.
    package mutating func decode(
        _ parameters: Span<Int16>, zeros: AdaptiveZeros, latents: inout MutableSpan<Int16>, from decoder: inout RangeDecoder
    ) throws(ExpGolombError) {
        for vector in 0..<prior.groups {
            mixture.load(parameters, vector: vector, prior: prior, gains: gains)
            if mixture.isSkipped {
                writeCentres(vector: vector, to: &latents)
            } else {
                try decodeVector(vector, zeros: zeros, latents: &latents, from: &decoder)
            }
        }
    }

    /// Latents of a position whose symbols are all zero: an absent level (SPEC §12).
    package mutating func predict(_ parameters: Span<Int16>, latents: inout MutableSpan<Int16>) {
        for vector in 0..<prior.groups {
            mixture.load(parameters, vector: vector, prior: prior, gains: gains)
            writeCentres(vector: vector, to: &latents)
        }
    }

    /// Quantises and codes one position; `latents` becomes what the decoder will see there.
    ///
    /// - Parameter posterior: `[prior.channels]`, the values wanted, in the network's unit.
    /// - Returns: how many symbols were coded.
    @discardableResult
    package mutating func encode(
        _ parameters: Span<Int16>, posterior: Span<Int16>, rounding: RateAwareRounding, zeros: AdaptiveZeros,
        latents: inout MutableSpan<Int16>, into encoder: inout RangeEncoder
    ) -> Int {
        var coded = 0
        for vector in 0..<prior.groups {
            mixture.load(parameters, vector: vector, prior: prior, gains: gains)
            if mixture.isSkipped {
                writeCentres(vector: vector, to: &latents)
            } else {
                let wanted = mixture.distances(
                    to: posterior, parameters, vector: vector, prior: prior, gains: gains)
                encodeVector(vector, wanted: wanted, rounding: rounding, zeros: zeros, latents: &latents, into: &encoder)
                coded += prior.group
            }
        }
        return coded
    }

    @inline(__always)
    private func writeCentres(vector: Int, to latents: inout MutableSpan<Int16>) {
        for i in 0..<prior.group {
            let j = vector &* prior.group &+ i
            latents[j] = gains.latentValue(mixture.centre[i], channel: j)
        }
    }

    @inline(__always)
    private mutating func decodeVector(
        _ vector: Int, zeros: AdaptiveZeros, latents: inout MutableSpan<Int16>, from decoder: inout RangeDecoder
    ) throws(ExpGolombError) {
        for i in 0..<prior.group {
            let j = vector &* prior.group &+ i
            mixture.begin(variable: i)
            let symbol = try GatedCoder.decode(
                of: &mixture, last: i &+ 1 == prior.group, channel: j, zeros: zeros, from: &decoder)
            latents[j] = gains.latentValue(64 &* symbol &+ mixture.centre[i], channel: j)
        }
    }

    @inline(__always)
    private mutating func encodeVector(
        _ vector: Int, wanted: InlineArray<16, Int32>, rounding: RateAwareRounding, zeros: AdaptiveZeros,
        latents: inout MutableSpan<Int16>, into encoder: inout RangeEncoder
    ) {
        for i in 0..<prior.group {
            let j = vector &* prior.group &+ i
            mixture.begin(variable: i)
            let symbol = rounding.symbol(for: wanted[i], circuit: mixture)
            GatedCoder.encode(
                symbol, of: &mixture, last: i &+ 1 == prior.group, channel: j, zeros: zeros, into: &encoder)
            latents[j] = gains.latentValue(64 &* symbol &+ mixture.centre[i], channel: j)
        }
    }
}
