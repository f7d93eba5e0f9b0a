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

    /// Makes `variable`, in the order of the walk, the one that is asked about; one more than the last, 0 first.
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
}
