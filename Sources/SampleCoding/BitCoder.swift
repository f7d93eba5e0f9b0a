internal import EntropyCoding

/// The circuit coder in one direction or the other, so that both run the very same model.
protocol BitCoder {
    /// Codes the current variable of a circuit of bits, and conditions the circuit on it.
    ///
    /// - Parameter bit: what to write; a reader does not look at it.
    /// - Returns: what was written or read.
    mutating func code(_ bit: Bool, of circuit: inout some BitCircuit) -> Bool
}

struct BitWriter: BitCoder {
    var encoder = RangeEncoder()

    @inline(__always)
    mutating func code(_ bit: Bool, of circuit: inout some BitCircuit) -> Bool {
        CircuitCoder.encode(bit: bit, of: &circuit, last: false, into: &encoder)
        return bit
    }
}

struct BitReader: BitCoder {
    var decoder: RangeDecoder

    @inline(__always)
    mutating func code(_ bit: Bool, of circuit: inout some BitCircuit) -> Bool {
        CircuitCoder.decodeBit(of: &circuit, last: false, from: &decoder)
    }
}
