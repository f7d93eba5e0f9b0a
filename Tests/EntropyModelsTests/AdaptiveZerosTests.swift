@testable import EntropyModels
import Foundation
import TestSupport
import Testing

extension AdaptiveZeros {
    static func atFirstPosition(channels: Int) -> AdaptiveZeros {
        let zeros = AdaptiveZeros(channels: channels, width: 1)
        zeros.beginRow(firstColumn: nil)
        zeros.beginPosition(0)
        return zeros
    }

    /// Codes one symbol; returns what it costs in bits.
    @discardableResult
    fileprivate func cost(isZero: Bool, zeroFrequency: UInt32, channel: Int = 0) -> Double {
        let p = Double(frequency(zeroFrequency: zeroFrequency, channel: channel)) / 65536
        learn(isZero: isZero, channel: channel)
        return -log2(isZero ? p : 1 - p)
    }
}

@Suite struct AdaptiveZerosTests {
    @Test(arguments: [1, 2, 300, 32768, 60000, 65535] as [UInt32])
    func theFirstSymbolHasTheCircuitsOdds(zeroFrequency: UInt32) {
        let found = AdaptiveZeros.atFirstPosition(channels: 1).frequency(zeroFrequency: zeroFrequency, channel: 0)
        let expected = Double(min(max(zeroFrequency, 4), 65532))
        #expect(abs(log2(Double(found) / expected)) < 0.02 || abs(Double(found) - expected) <= 2)
    }

    @Test func everyFrequencyLeavesRoomForBoth() {
        var generator = SeededGenerator(seed: 1)
        let zeros = AdaptiveZeros(channels: 3, width: 5)
        for row in 0..<60 {
            zeros.beginRow(firstColumn: [nil, 0, 1][row % 3])
            for x in 0..<5 {
                zeros.beginPosition(x)
                for channel in 0..<3 {
                    let zero = [1, 65535, UInt32.random(in: 1...65535, using: &generator)].randomElement(using: &generator)!
                    #expect((4...65532).contains(zeros.frequency(zeroFrequency: zero, channel: channel)))
                    zeros.learn(isZero: row < 30 ? channel == 0 : Bool.random(using: &generator), channel: channel)
                }
            }
        }
    }

    /// Symbols as likely to be 0 as the circuit says cost little more; a circuit that is wrong by 1 bit of log odds is put right.
    @Test func wrongOddsAreLearntAndRightOnesCostLittle() {
        for (truth, most) in [(40000.0, 1.01), (52000.0, 0.93), (20000.0, 0.93)] {
            var generator = SeededGenerator(seed: 2)
            let zeros = AdaptiveZeros.atFirstPosition(channels: 1)
            var (spent, plain) = (0.0, 0.0)
            for _ in 0..<4000 {
                let isZero = Double.random(in: 0..<65536, using: &generator) < truth
                spent += zeros.cost(isZero: isZero, zeroFrequency: 40000)
                plain -= log2((isZero ? 40000 : 25536) / 65536)
            }
            #expect(spent < most * plain, "\(truth): \(spent) of \(plain)")
        }
    }

    /// Where symbols are as their neighbours are, neighbours are worth bits, on every lattice; in other rows they are not.
    @Test(arguments: [nil, 0, 1] as [Int?])
    func neighboursAreWorthBits(first: Int?) {
        var spent: [Double] = []
        for isRegular in [true, false] {
            var generator = SeededGenerator(seed: 3)
            let zeros = AdaptiveZeros(channels: 1, width: 64)
            var bits = 0.0
            for row in 0..<64 {
                let shift = first.map { ($0 + row) & 1 }
                zeros.beginRow(firstColumn: shift)
                for x in 0..<64 {
                    zeros.beginPosition(x)
                    let column = first == nil ? x : 2 * x + shift!
                    let isZero = isRegular ? column / 32 % 2 == row / 16 % 2 : Bool.random(using: &generator)
                    bits += zeros.cost(isZero: isZero, zeroFrequency: 32768)
                }
            }
            spent.append(bits)
        }
        #expect(spent[0] < 0.25 * spent[1], "\(spent)")
        #expect(spent[1] < 1.06 * 4096)
    }

    /// Weights belong to a channel, but for the block's, which move more slowly.
    @Test func channelsLearnForThemselves() {
        let zeros = AdaptiveZeros.atFirstPosition(channels: 2)
        for _ in 0..<20 { zeros.cost(isZero: true, zeroFrequency: 40000, channel: 0) }
        let own = zeros.frequency(zeroFrequency: 40000, channel: 0), other = zeros.frequency(zeroFrequency: 40000, channel: 1)
        #expect(own > other + 1000 && other > 40100)
    }
}
