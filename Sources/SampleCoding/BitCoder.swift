internal import EntropyCoding

/// A range coder in one direction or the other, so that both run the very same model.
protocol BitCoder {
    /// Codes a bit that is 1 with `probability` in 65536, 1 … 65535.
    ///
    /// - Parameter bit: what to write; a reader does not look at it.
    /// - Returns: what was written or read.
    mutating func code(_ bit: Bool, probability: Int32) -> Bool
}

struct BitWriter: BitCoder {
    var encoder = RangeEncoder()

    @inline(__always)
    mutating func code(_ bit: Bool, probability: Int32) -> Bool {
        encoder.encode(bit, zeroFrequency: UInt32(truncatingIfNeeded: 65536 &- probability))
        return bit
    }
}

struct BitReader: BitCoder {
    var decoder: RangeDecoder

    @inline(__always)
    mutating func code(_ bit: Bool, probability: Int32) -> Bool {
        decoder.decodeBit(zeroFrequency: UInt32(truncatingIfNeeded: 65536 &- probability))
    }
}
