import EntropyCoding
import Foundation
import Testing

@Suite struct SymbolCostTests {
    @Test func everyFrequencyCostsItsInformation() {
        var worst = 0.0
        for frequency in 1...65536 as ClosedRange<UInt32> {
            let exact = -256 * log2(Double(frequency) / 65536)
            worst = max(worst, abs(Double(SymbolCost.bitsQ8(frequency: frequency)) - exact))
        }
        #expect(worst < 0.6)
    }

    @Test func powersOfTwoAreExact() {
        for bits in 0...16 as ClosedRange<UInt32> {
            #expect(SymbolCost.bitsQ8(frequency: 65536 >> bits) == 256 * bits)
        }
    }

    @Test func greaterFrequenciesNeverCostMore() {
        let costs = (1...65536 as ClosedRange<UInt32>).map { SymbolCost.bitsQ8(frequency: $0) }
        #expect(zip(costs, costs.dropFirst()).allSatisfy { $0 >= $1 })
    }
}
