internal import EntropyCoding

/// Codes symbols of any size with a mixture's alphabet: the two outermost symbols are escapes (SPEC §10.4).
enum EscapeCoder {
    /// Codes one symbol of the current variable; symbols beyond the alphabet take an escape.
    @inline(__always)
    static func encode(_ symbol: Int32, of mixture: inout GaussianMixture, last: Bool, into encoder: inout RangeEncoder) {
        let reach = mixture.alphabetReach
        let coded = min(max(symbol, -reach), reach)
        CircuitCoder.encode(coded, of: &mixture, last: last, into: &encoder)
        if coded.magnitude == UInt32(reach) {
            ExpGolomb.encode(symbol.magnitude &- UInt32(reach), into: &encoder)
        }
    }

    /// The inverse of `encode`.
    @inline(__always)
    static func decode(of mixture: inout GaussianMixture, last: Bool, from decoder: inout RangeDecoder) throws(ExpGolombError) -> Int32 {
        let reach = mixture.alphabetReach
        let symbol = CircuitCoder.decode(of: &mixture, last: last, from: &decoder)
        guard symbol.magnitude == UInt32(reach) else { return symbol }
        let excess = Int32(truncatingIfNeeded: try ExpGolomb.decode(from: &decoder))
        return symbol < 0 ? symbol &- excess : symbol &+ excess
    }
}
