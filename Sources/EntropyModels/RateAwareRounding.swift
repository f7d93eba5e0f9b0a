internal import EntropyCoding

/// Rounds a latent to the integer that costs least in rate plus weighted squared error.
///
/// The encoder's choice alone: a decoder never needs it. It is here because the price of a symbol is known to the
/// circuit being coded and to nothing else.
package struct RateAwareRounding: Sendable {
    /// Price of a squared error of one quantisation step, in 1/256 bit; 0 rounds to the nearest.
    let errorPrice: Int64

    package init(errorPriceQ8: Int) {
        errorPrice = Int64(errorPriceQ8)
    }

    package static let nearest = RateAwareRounding(errorPriceQ8: 0)
    var isNearest: Bool { errorPrice == 0 }

    /// The symbol for a value `wanted` steps/16384 from the distribution's centre (``GaussianMixture.distances``).
    @inline(__always)
    func symbol(for wanted: Int32, circuit: borrowing GaussianMixture) -> Int32 {
        let nearest = (wanted &+ 8192) &>> 14
        guard errorPrice > 0, nearest != 0, nearest.magnitude < UInt32(circuit.alphabetReach) else { return nearest }
        let smaller = nearest > 0 ? nearest &- 1 : nearest &+ 1
        return cost(of: smaller, wanted: wanted, circuit: circuit) < cost(of: nearest, wanted: wanted, circuit: circuit)
            ? smaller : nearest
    }

    @inline(__always)
    private func cost(of symbol: Int32, wanted: Int32, circuit: borrowing GaussianMixture) -> Int64 {
        let frequency = circuit.interval(of: symbol).frequency
        let error = Int64(wanted &>> 8 &- 64 &* symbol)
        return Int64(SymbolCost.bitsQ8(frequency: frequency)) &+ (error &* error &* errorPrice) &>> 12
    }
}
