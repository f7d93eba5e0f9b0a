internal import EntropyCoding

/// A probabilistic circuit walked in a fixed order of its variables.
///
/// For every variable the coder asks for its conditional distribution as integer frequencies, codes the symbol, and
/// conditions the circuit on it. Both sides of the coder see the same calls in the same order.
package protocol SequentialCircuit {
    var variableCount: Int { get }

    /// Makes `variable` the one whose distribution is asked for; one more than the last, 0 first.
    mutating func begin(variable: Int)

    /// Symbols are `-alphabetReach ... alphabetReach`; the two outermost are escapes.
    var alphabetReach: Int32 { get }

    /// Frequency of all symbols less than `symbol`, of 65 536: strictly increasing, 0 at the lowest symbol.
    func cumulative(below symbol: Int32) -> UInt32

    /// Conditions the remaining variables on the current one.
    mutating func condition(on symbol: Int32)
}

/// Codes the variables of any circuit, one after the other (SPEC §10.4).
enum CircuitCoder {
    /// Codes one symbol of the current variable; symbols beyond the alphabet take an escape.
    @inline(__always)
    static func encode(_ symbol: Int32, of circuit: inout some SequentialCircuit, last: Bool, into encoder: inout RangeEncoder) {
        let reach = circuit.alphabetReach
        let coded = min(max(symbol, -reach), reach)
        let low = circuit.cumulative(below: coded)
        encoder.encode(low: low, frequency: circuit.cumulative(below: coded &+ 1) &- low)
        if coded.magnitude == UInt32(reach) {
            ExpGolomb.encode(symbol.magnitude &- UInt32(reach), into: &encoder)
        }
        if !last { circuit.condition(on: coded) }
    }

    /// The inverse of `encode`.
    @inline(__always)
    static func decode(of circuit: inout some SequentialCircuit, last: Bool, from decoder: inout RangeDecoder) throws(ExpGolombError) -> Int32 {
        let reach = circuit.alphabetReach
        let target = decoder.target()
        var symbol: Int32 = 0
        var low = circuit.cumulative(below: 0)
        var high: UInt32
        if target >= low {
            high = circuit.cumulative(below: 1)
            while target >= high {
                symbol &+= 1
                low = high
                high = circuit.cumulative(below: symbol &+ 1)
            }
        } else {
            repeat {
                symbol &-= 1
                high = low
                low = circuit.cumulative(below: symbol)
            } while target < low
        }
        decoder.consume(low: low, frequency: high &- low)
        if !last { circuit.condition(on: symbol) }
        guard symbol.magnitude == UInt32(reach) else { return symbol }
        let excess = Int32(truncatingIfNeeded: try ExpGolomb.decode(from: &decoder))
        return symbol < 0 ? symbol &- excess : symbol &+ excess
    }
}
