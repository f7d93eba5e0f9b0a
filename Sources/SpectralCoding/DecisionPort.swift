internal import EntropyCoding

/// Where the decisions of a spectral block go to or come from, so that both directions run the very same model.
///
/// Values that a reader is given do not count.
protocol DecisionPort {
    /// Codes a bit that is 1 with the probability of these log odds, −2047 … 2047 in 1/128 of an octave (SPEC §18).
    mutating func decide(_ bit: Bool, logit: Int32) -> Bool
    mutating func code(_ bit: Bool, with context: inout AdaptiveBit) -> Bool
    mutating func sign(_ isNegative: Bool) -> Bool
    /// Codes what is beyond the alphabet (SPEC §10.4).
    mutating func code(excess: UInt32) throws(ExpGolombError) -> UInt32
}

enum Decision {
    /// [d + 2048]: of 65536, the probability of a 0 with log odds d.
    static let zeroFrequencies: [UInt32] = LogisticTables.squashed.map { UInt32(65536 - min(max($0, 16), 65520)) }

    @inline(__always)
    static func zeroFrequency(_ logit: Int32) -> UInt32 { zeroFrequencies[Int(logit) &+ 2048] }
}

struct DecisionReader: DecisionPort {
    var decoder: RangeDecoder

    @inline(__always)
    mutating func decide(_ bit: Bool, logit: Int32) -> Bool {
        decoder.decodeBit(zeroFrequency: Decision.zeroFrequency(logit))
    }

    mutating func code(_ bit: Bool, with context: inout AdaptiveBit) -> Bool { context.decode(from: &decoder) }

    @inline(__always)
    mutating func sign(_ isNegative: Bool) -> Bool { decoder.decodeRawBit() }

    mutating func code(excess: UInt32) throws(ExpGolombError) -> UInt32 { try ExpGolomb.decode(from: &decoder) }
}

struct DecisionWriter: DecisionPort {
    var encoder = RangeEncoder()

    @inline(__always)
    mutating func decide(_ bit: Bool, logit: Int32) -> Bool {
        encoder.encode(bit, zeroFrequency: Decision.zeroFrequency(logit))
        return bit
    }

    mutating func code(_ bit: Bool, with context: inout AdaptiveBit) -> Bool {
        context.encode(bit, into: &encoder)
        return bit
    }

    @inline(__always)
    mutating func sign(_ isNegative: Bool) -> Bool {
        encoder.encodeRawBit(isNegative)
        return isNegative
    }

    mutating func code(excess: UInt32) throws(ExpGolombError) -> UInt32 {
        ExpGolomb.encode(excess, into: &encoder)
        return excess
    }
}
