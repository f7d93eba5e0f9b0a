/// The circuit coder in one direction or the other, so that both run the very same model.
package protocol BitCoder {
    /// Codes the current variable of a circuit of bits, and conditions the circuit on it.
    ///
    /// - Parameter bit: what to write; a reader does not look at it.
    /// - Returns: what was written or read.
    mutating func code(_ bit: Bool, of circuit: inout some BitCircuit) -> Bool

    /// Codes one of 2^`count` equally likely values.
    ///
    /// - Parameters:
    ///   - value: what to write; a reader does not look at it.
    ///   - count: 0 … 16.
    mutating func code(uniform value: UInt32, count: Int) -> UInt32
}

package struct BitWriter: BitCoder {
    @usableFromInline package var encoder = RangeEncoder()

    @inlinable
    package init() {}

    @inlinable @inline(__always)
    package mutating func code(_ bit: Bool, of circuit: inout some BitCircuit) -> Bool {
        CircuitCoder.encode(bit: bit, of: &circuit, last: false, into: &encoder)
        return bit
    }

    @inlinable @inline(__always)
    package mutating func code(uniform value: UInt32, count: Int) -> UInt32 {
        let shift = UInt32(truncatingIfNeeded: 16 &- count)
        encoder.encode(low: value &<< shift, frequency: 1 &<< shift)
        return value
    }
}

package struct BitReader: BitCoder {
    @usableFromInline package var decoder: RangeDecoder

    @inlinable
    package init(decoder: RangeDecoder) { self.decoder = decoder }

    @inlinable @inline(__always)
    package mutating func code(_ bit: Bool, of circuit: inout some BitCircuit) -> Bool {
        CircuitCoder.decodeBit(of: &circuit, last: false, from: &decoder)
    }

    @inlinable @inline(__always)
    package mutating func code(uniform value: UInt32, count: Int) -> UInt32 {
        let shift = UInt32(truncatingIfNeeded: 16 &- count)
        let value = decoder.target() &>> shift
        decoder.consume(low: value &<< shift, frequency: 1 &<< shift)
        return value
    }
}
