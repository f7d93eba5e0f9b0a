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

    /// Makes `variable` the one that is asked about: in the order of the walk, 0 first. Where values so far decide which
    /// variables matter (a tree of decisions), those that do not are passed over.
    mutating func begin(variable: Int)

    /// What a symbol of the current variable's alphabet owns.
    func interval(of symbol: Int32) -> SymbolInterval

    /// The symbol that owns `target`, which is less than 65 536.
    mutating func symbol(at target: UInt32) -> (symbol: Int32, interval: SymbolInterval)

    /// Conditions the remaining variables on the current one.
    mutating func condition(on symbol: Int32)
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

    /// Codes a symbol of an alphabet of 0 and 1: as ``encode(_:of:last:into:)``, but decoding takes no division.
    @inlinable @inline(__always)
    package static func encode(
        bit: Bool, of circuit: inout some SequentialCircuit, last: Bool, into encoder: inout RangeEncoder
    ) {
        encoder.encode(bit, zeroFrequency: circuit.interval(of: 0).frequency)
        if !last { circuit.condition(on: bit ? 1 : 0) }
    }

    /// The inverse of `encode(bit:of:last:into:)`.
    @inlinable @inline(__always)
    package static func decodeBit(
        of circuit: inout some SequentialCircuit, last: Bool, from decoder: inout RangeDecoder
    ) -> Bool {
        let bit = decoder.decodeBit(zeroFrequency: circuit.interval(of: 0).frequency)
        if !last { circuit.condition(on: bit ? 1 : 0) }
        return bit
    }
}
