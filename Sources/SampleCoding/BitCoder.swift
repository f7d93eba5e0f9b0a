internal import EntropyCoding

/// The circuit coder in one direction or the other, so that both run the very same model.
protocol BitCoder {
    /// Codes the current variable of a circuit of bits, and conditions the circuit on it.
    ///
    /// - Parameter bit: what to write; a reader does not look at it.
    /// - Returns: what was written or read.
    mutating func code(_ bit: Bool, of circuit: inout some SequentialCircuit) -> Bool
}

struct BitWriter: BitCoder {
    var encoder = RangeEncoder()

    @inline(__always)
    mutating func code(_ bit: Bool, of circuit: inout some SequentialCircuit) -> Bool {
        CircuitCoder.encode(bit: bit, of: &circuit, last: false, into: &encoder)
        return bit
    }
}

struct BitReader: BitCoder {
    var decoder: RangeDecoder

    @inline(__always)
    mutating func code(_ bit: Bool, of circuit: inout some SequentialCircuit) -> Bool {
        CircuitCoder.decodeBit(of: &circuit, last: false, from: &decoder)
    }
}

/// A circuit whose variables are bits.
protocol BitCircuit: SequentialCircuit {
    /// Of 65 536, 1 … 65 535: how likely the current variable is 1.
    var probability: Int32 { get }
}

extension BitCircuit {
    @inline(__always)
    func interval(of symbol: Int32) -> SymbolInterval {
        let zero = UInt32(truncatingIfNeeded: 65536 &- probability)
        return symbol == 0 ? SymbolInterval(low: 0, frequency: zero) : SymbolInterval(low: zero, frequency: 65536 &- zero)
    }

    @inline(__always)
    func symbol(at target: UInt32) -> (symbol: Int32, interval: SymbolInterval) {
        let symbol: Int32 = target < interval(of: 0).frequency ? 0 : 1
        return (symbol, interval(of: symbol))
    }
}
