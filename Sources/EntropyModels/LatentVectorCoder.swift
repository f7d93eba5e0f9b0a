package import EntropyCoding

/// Codes the latent vectors of one band of rows, position by position (SPEC §10).
///
/// It owns no memory of the picture: the caller hands in the prior's parameters of one position and takes its latents.
package struct LatentVectorCoder: Sendable {
    let prior: MixturePrior
    let gains: BlockGains
    var mixture: GaussianMixture
    /// Latents of a position.
    package var channels: Int { prior.channels }

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
                for i in 0..<prior.group {
                    mixture.begin(variable: i)
                    let symbol = rounding.symbol(for: wanted[i], circuit: mixture)
                    encode(symbol, variable: i, of: vector, zeros: zeros, latents: &latents, into: &encoder)
                }
                coded += prior.group
            }
        }
        return coded
    }

    /// Codes given symbols of one position; `latents` becomes what the decoder will see there.
    ///
    /// - Parameter symbols: `[prior.channels]`; those of vectors that are not coded count as zeros.
    package mutating func encode(
        _ parameters: Span<Int16>, symbols: Span<Int16>, zeros: AdaptiveZeros, latents: inout MutableSpan<Int16>,
        into encoder: inout RangeEncoder
    ) {
        for vector in 0..<prior.groups {
            mixture.load(parameters, vector: vector, prior: prior, gains: gains)
            if mixture.isSkipped {
                writeCentres(vector: vector, to: &latents)
            } else {
                for i in 0..<prior.group {
                    mixture.begin(variable: i)
                    let symbol = Int32(symbols[vector &* prior.group &+ i])
                    encode(symbol, variable: i, of: vector, zeros: zeros, latents: &latents, into: &encoder)
                }
            }
        }
    }

    /// Quantises one position as `encode` would, without coding it.
    ///
    /// - Parameter symbols: `[prior.channels]`, written.
    package mutating func quantise(
        _ parameters: Span<Int16>, posterior: Span<Int16>, rounding: RateAwareRounding, symbols: inout MutableSpan<Int16>
    ) {
        for vector in 0..<prior.groups {
            mixture.load(parameters, vector: vector, prior: prior, gains: gains)
            let wanted = mixture.isSkipped
                ? InlineArray(repeating: 0)
                : mixture.distances(to: posterior, parameters, vector: vector, prior: prior, gains: gains)
            for i in 0..<prior.group {
                let j = vector &* prior.group &+ i
                mixture.begin(variable: i)
                let symbol = rounding.symbol(for: wanted[i], circuit: mixture)
                let coded = mixture.coded(symbol)
                if !rounding.isNearest { mixture.condition(on: coded) }
                symbols[j] = Int16(truncatingIfNeeded: min(max(symbol, -32768), 32767))
            }
        }
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

    /// Codes the symbol of the variable that the mixture has begun.
    @inline(__always)
    private mutating func encode(
        _ symbol: Int32, variable i: Int, of vector: Int, zeros: AdaptiveZeros, latents: inout MutableSpan<Int16>,
        into encoder: inout RangeEncoder
    ) {
        let j = vector &* prior.group &+ i
        GatedCoder.encode(symbol, of: &mixture, last: i &+ 1 == prior.group, channel: j, zeros: zeros, into: &encoder)
        latents[j] = gains.latentValue(64 &* symbol &+ mixture.centre[i], channel: j)
    }
}
