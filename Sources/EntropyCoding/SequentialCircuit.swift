/// The part of `[0, 65536)` that a symbol owns.
package struct SymbolInterval: Hashable, Sendable {
    package let low: UInt32
    /// At least 1.
    package let frequency: UInt32

    @inlinable @inline(__always)
    package init(low: UInt32, frequency: UInt32) {
        self.low = low
        self.frequency = frequency
    }
}

/// A probabilistic circuit walked in a fixed order of its variables.
///
/// For every variable the coder asks for its conditional distribution as integer frequencies, codes the symbol, and
/// conditions the circuit on it. Both sides of the coder see the same calls in the same order.
package protocol SequentialCircuit {
    var variableCount: Int { get }

    /// Makes `variable` the one that is asked about: in the order of the walk, 0 first. A circuit of decisions is asked
    /// about those that its values lead to; a decision may come again, and a walk begin anew, with what was learnt.
    mutating func begin(variable: Int)

    /// What a symbol of the current variable's alphabet owns.
    func interval(of symbol: Int32) -> SymbolInterval

    /// The symbol that owns `target`, which is less than 65 536.
    mutating func symbol(at target: UInt32) -> (symbol: Int32, interval: SymbolInterval)

    /// Conditions the remaining variables on the current one.
    mutating func condition(on symbol: Int32)
}

/// A circuit whose variables are bits.
package protocol BitCircuit: SequentialCircuit {
    /// Of 65 536, 1 … 65 535: how likely the current variable is 1.
    var probability: Int32 { get }
}

extension BitCircuit {
    /// 0 owns the lower part.
    @inlinable @inline(__always)
    package func interval(of symbol: Int32) -> SymbolInterval {
        let zero = UInt32(truncatingIfNeeded: 65536 &- probability)
        return symbol == 0 ? SymbolInterval(low: 0, frequency: zero) : SymbolInterval(low: zero, frequency: 65536 &- zero)
    }

    @inlinable @inline(__always)
    package func symbol(at target: UInt32) -> (symbol: Int32, interval: SymbolInterval) {
        let symbol: Int32 = target < interval(of: 0).frequency ? 0 : 1
        return (symbol, interval(of: symbol))
    }
}

/// Codes the variables of any circuit, one after the other.
package enum CircuitCoder {
    /// Codes a symbol of the current variable's alphabet.
    ///
    /// - Parameter last: nothing will be asked after this variable.
    @inlinable @inline(__always)
    package static func encode(
        _ symbol: Int32, of circuit: inout some SequentialCircuit, last: Bool, into encoder: inout RangeEncoder
    ) {
        let interval = circuit.interval(of: symbol)
        encoder.encode(low: interval.low, frequency: interval.frequency)
        if !last { circuit.condition(on: symbol) }
    }

    /// The inverse of `encode`.
    @inlinable @inline(__always)
    package static func decode(
        of circuit: inout some SequentialCircuit, last: Bool, from decoder: inout RangeDecoder
    ) -> Int32 {
        let (symbol, interval) = circuit.symbol(at: decoder.target())
        decoder.consume(low: interval.low, frequency: interval.frequency)
        if !last { circuit.condition(on: symbol) }
        return symbol
    }

    /// As ``encode(_:of:last:into:)``, but decoding takes no division.
    @inlinable @inline(__always)
    package static func encode(
        bit: Bool, of circuit: inout some BitCircuit, last: Bool, into encoder: inout RangeEncoder
    ) {
        encoder.encode(bit, zeroFrequency: UInt32(truncatingIfNeeded: 65536 &- circuit.probability))
        if !last { circuit.condition(on: bit ? 1 : 0) }
    }

    /// The inverse of `encode(bit:of:last:into:)`.
    @inlinable @inline(__always)
    package static func decodeBit(
        of circuit: inout some BitCircuit, last: Bool, from decoder: inout RangeDecoder
    ) -> Bool {
        let bit = decoder.decodeBit(zeroFrequency: UInt32(truncatingIfNeeded: 65536 &- circuit.probability))
        if !last { circuit.condition(on: bit ? 1 : 0) }
        return bit
    }
}
