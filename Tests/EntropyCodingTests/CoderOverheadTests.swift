import EntropyCoding
import Foundation
import TestSupport
import Testing

@Suite struct CoderOverheadTests {
    /// 1 000 000 symbols from which a decoder learns `information` bits, in hardly more bits than that.
    @Test(arguments: [
        [60_000, 3_000, 1_500, 700, 300, 33, 2, 1], [1, 2, 33, 300, 700, 1_500, 3_000, 60_000],
        [8192, 8192, 8192, 8192, 8192, 8192, 8192, 8192], [65_000, 536], [536, 65_000],
    ] as [[UInt32]])
    func overheadIsBelowATenThousandth(frequencies: [UInt32]) {
        let distribution = SymbolDistribution(frequencies: frequencies)
        var generator = SeededGenerator(seed: 42)
        var encoder = RangeEncoder()
        var information = 0.0
        for _ in 0..<1_000_000 {
            let symbol = distribution.draw(using: &generator)
            encoder.encode(symbol, of: distribution)
            information -= log2(Double(distribution.frequencies[symbol]) / 65536)
        }
        let bits = Double(8 * encoder.finish().count)
        #expect(bits / information < 1.0001, "\(bits) bits for \(information)")
        #expect(bits / information > 0.9999, "\(bits) bits for \(information)")
    }
}
