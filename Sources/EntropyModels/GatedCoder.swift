internal import EntropyCoding

/// Codes the symbols of a mixture: whether a symbol is 0, with the odds of the circuit as the picture corrects them, and if it
/// is not, which it is, with those of the circuit; the two outermost symbols are escapes (SPEC §10.4).
enum GatedCoder {
    /// Codes one symbol of the current variable; symbols beyond the alphabet take an escape.
    @inline(__always)
    static func encode(
        _ symbol: Int32, of mixture: inout GaussianMixture, last: Bool, channel: Int, zeros: AdaptiveZeros,
        into encoder: inout RangeEncoder
    ) {
        let (reach, coded) = (mixture.alphabetReach, mixture.coded(symbol))
        let zero = mixture.interval(of: 0).frequency
        encoder.encode(coded != 0, zeroFrequency: zeros.frequency(zeroFrequency: zero, channel: channel))
        zeros.learn(isZero: coded == 0, channel: channel)
        if coded != 0 {
            let interval = mixture.interval(of: coded)
            encoder.encode(
                low: coded < 0 ? interval.low : interval.low &- zero, frequency: interval.frequency, total: 65536 &- zero)
            if coded.magnitude == UInt32(reach) {
                ExpGolomb.encode(symbol.magnitude &- UInt32(reach), into: &encoder)
            }
        }
        if !last { mixture.condition(on: coded) }
    }

    /// The inverse of `encode`.
    @inline(__always)
    static func decode(
        of mixture: inout GaussianMixture, last: Bool, channel: Int, zeros: AdaptiveZeros, from decoder: inout RangeDecoder
    ) throws(ExpGolombError) -> Int32 {
        let zero = mixture.interval(of: 0)
        let isZero = !decoder.decodeBit(zeroFrequency: zeros.frequency(zeroFrequency: zero.frequency, channel: channel))
        zeros.learn(isZero: isZero, channel: channel)
        let symbol = isZero ? 0 : decodeOther(of: &mixture, zero: zero, from: &decoder)
        if !last { mixture.condition(on: symbol) }
        guard symbol.magnitude == UInt32(mixture.alphabetReach) else { return symbol }
        let excess = Int32(truncatingIfNeeded: try ExpGolomb.decode(from: &decoder))
        return symbol < 0 ? symbol &- excess : symbol &+ excess
    }

    /// A symbol of the alphabet without 0, which owns `zero`.
    private static func decodeOther(
        of mixture: inout GaussianMixture, zero: SymbolInterval, from decoder: inout RangeDecoder
    ) -> Int32 {
        let total = 65536 &- zero.frequency
        let target = decoder.target(total: total)
        let moved = target < zero.low ? 0 : zero.frequency
        let (symbol, interval) = mixture.symbol(at: target &+ moved)
        decoder.consume(low: interval.low &- moved, frequency: interval.frequency, total: total)
        return symbol
    }
}

extension GaussianMixture {
    /// The symbol of the current variable's alphabet that stands for `symbol`: itself, or an escape.
    @inline(__always)
    func coded(_ symbol: Int32) -> Int32 { min(max(symbol, -alphabetReach), alphabetReach) }
}
