import Foundation
import TestSupport
import Testing

@testable import EntropyCoding

@Suite struct RangeCoderTests {
    @Test func emptySequenceTakesNoBytes() {
        #expect(RangeEncoder().finish() == [])
    }

    @Test(arguments: [1, 2, 10, 1000, 100_000], 0..<8)
    func decodesWhatTheEncoderWrote(count: Int, seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let sizes = [1, 2, 3, 17, 200]
        let distributions = sizes.map { SymbolDistribution(count: $0, using: &generator) }
        let choices = (0..<count).map { _ in Int.random(in: 0..<sizes.count, using: &generator) }
        let symbols = choices.map { distributions[$0].draw(using: &generator) }

        var encoder = RangeEncoder()
        for (choice, symbol) in zip(choices, symbols) { encoder.encode(symbol, of: distributions[choice]) }
        var decoder = RangeDecoder(encoder.finish())
        let firstWrong = zip(choices, symbols).enumerated().first { _, coded in
            decoder.decode(of: distributions[coded.0]) != coded.1
        }
        #expect(firstWrong == nil)
    }

    @Test(arguments: 0..<20)
    func extremeFrequenciesRoundTrip(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let distributions = [
            SymbolDistribution(frequencies: [1, 65535]), SymbolDistribution(frequencies: [65535, 1]),
            SymbolDistribution(frequencies: [1, 65534, 1]), SymbolDistribution(frequencies: [65536]),
        ]
        let chosen = (0..<500).map { _ in distributions.randomElement(using: &generator)! }
        // Every symbol equally often, so that the improbable ones occur in long runs too.
        let symbols = chosen.map { Int.random(in: 0..<$0.frequencies.count, using: &generator) }
        var encoder = RangeEncoder()
        for (distribution, symbol) in zip(chosen, symbols) { encoder.encode(symbol, of: distribution) }
        var decoder = RangeDecoder(encoder.finish())
        #expect(chosen.map { decoder.decode(of: $0) } == symbols)
    }

    /// Totals of every size, and the ends of each (SPEC §5).
    @Test(arguments: 0..<40)
    func symbolsOfOtherTotalsRoundTrip(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var symbols: [(low: UInt32, frequency: UInt32, total: UInt32)] = []
        for _ in 0..<2000 {
            let total = seed % 2 == 0 ? UInt32.random(in: 2...65536, using: &generator) : [2, 3, 65535, 65536].randomElement(using: &generator)!
            let low = [0, total - 1, UInt32.random(in: 0..<total, using: &generator)].randomElement(using: &generator)!
            let frequency = [1, total - low, UInt32.random(in: 1...total - low, using: &generator)].randomElement(using: &generator)!
            symbols.append((low, frequency, total))
        }
        var encoder = RangeEncoder()
        for s in symbols { encoder.encode(low: s.low, frequency: s.frequency, total: s.total) }
        let bytes = encoder.finish()
        var decoder = RangeDecoder(bytes)
        for s in symbols {
            let target = decoder.target(total: s.total)
            #expect((s.low..<s.low + s.frequency).contains(target))
            decoder.consume(low: s.low, frequency: s.frequency, total: s.total)
        }
        let information = symbols.reduce(0.0) { $0 - log2(Double($1.frequency) / Double($1.total)) }
        #expect(Double(8 * bytes.count) < 1.001 * information + 16)
    }

    /// Whatever the bytes, a target lies within its total.
    @Test func targetsOfAnyBytesAreWithinTheirTotal() {
        for byte in [0, 1, 127, 254, 255] as [UInt8] {
            for total in [2, 3, 1000, 65535, 65536] as [UInt32] {
                var decoder = RangeDecoder([UInt8](repeating: byte, count: 40))
                for _ in 0..<60 {
                    let target = decoder.target(total: total)
                    #expect(target < total)
                    decoder.consume(low: target, frequency: 1, total: total)
                }
            }
        }
    }

    @Test func certainSymbolsTakeNoBytes() {
        var encoder = RangeEncoder()
        for _ in 0..<1000 { encoder.encode(low: 0, frequency: 65536) }
        #expect(encoder.finish() == [])
    }

    /// Bytes made by the encoder of `Tools/refdec/test_refdec.py`, which was written from SPEC.md alone.
    @Test func writesTheBytesOfTheSpecification() {
        let symbols: [(low: UInt32, frequency: UInt32)] = [
            (0, 1), (65535, 1), (1, 65535), (0, 65535), (40000, 15000), (32767, 2), (65535, 1),
        ]
        var encoder = RangeEncoder()
        for symbol in symbols { encoder.encode(low: symbol.low, frequency: symbol.frequency) }
        encoder.encodeRawBits(0b101_1001, count: 7)
        #expect(encoder.finish() == [0x00, 0x00, 0xFF, 0xFF, 0xB9, 0x8B, 0xC7, 0x17, 0x67])
    }

    @Test(arguments: 0..<40)
    func theEndingIsAsShortAsCanBe(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let distribution = SymbolDistribution(count: 5, using: &generator)
        let symbols = (0..<seed).map { _ in distribution.draw(using: &generator) }
        var encoder = RangeEncoder()
        for symbol in symbols { encoder.encode(symbol, of: distribution) }
        let bytes = encoder.finish()
        #expect(bytes.last != 0)
        // No shorter stream can mean the same: the greatest of that length still lies below the interval.
        guard !bytes.isEmpty else { return }
        var shorter = Array(bytes.dropLast())
        var decoder = RangeDecoder(shorter)
        #expect(symbols.map { _ in decoder.decode(of: distribution) } != symbols)
        guard let last = shorter.lastIndex(where: { $0 < 255 }) else { return }
        shorter[last] += 1
        for index in shorter.indices.dropFirst(last + 1) { shorter[index] = 0 }
        decoder = RangeDecoder(shorter)
        #expect(symbols.map { _ in decoder.decode(of: distribution) } != symbols)
    }
}

@Suite struct RangeCoderCarryTests {
    /// Keeps a multiple of 2^40 inside the interval, so that bytes 255 pile up, then goes to one side of it.
    @Test(arguments: [1, 2, 3, 10, 1000], [false, true])
    func carriesThroughRunsOf255(length: Int, upwards: Bool) {
        var encoder = RangeEncoder()
        var intervals: [(low: UInt32, frequency: UInt32)] = [(0x7FFF, 2)]
        encoder.encode(low: 0x7FFF, frequency: 2)
        while encoder.byteCount <= length {
            let boundary = UInt32((1 << 40 - encoder.low) / (encoder.range >> 16))
            #expect(boundary < 65536)
            let low = boundary == 0 ? 0 : min(boundary - 1, 65533)
            intervals.append((low, 3))
            encoder.encode(low: low, frequency: 3)
        }
        #expect(encoder.bytes.first == 0x7F)
        #expect(encoder.bytes.dropFirst().allSatisfy { $0 == 255 })
        let boundary = UInt32((1 << 40 - encoder.low) / (encoder.range >> 16))
        let side: (low: UInt32, frequency: UInt32) =
            upwards ? (boundary + 1, 65535 - boundary) : (0, max(1, boundary))
        intervals.append(side)
        encoder.encode(low: side.low, frequency: side.frequency)
        let bytes = encoder.finish()
        #expect(bytes.first == (upwards ? 0x80 : 0x7F))

        var decoder = RangeDecoder(bytes)
        for interval in intervals {
            let target = decoder.target()
            #expect(target >= interval.low && target - interval.low < interval.frequency)
            decoder.consume(low: interval.low, frequency: interval.frequency)
        }
    }

    @Test func randomStreamsCarryToo() {
        var generator = SeededGenerator(seed: 7)
        var carries = 0
        var encoder = RangeEncoder()
        for _ in 0..<20_000 {
            let before = encoder.bytes
            encoder.encode(low: UInt32.random(in: 1...60_000, using: &generator), frequency: 5_000)
            if !encoder.bytes.starts(with: before) { carries += 1 }
            if encoder.bytes.count > 64 { encoder = RangeEncoder() }
        }
        #expect(carries > 100)
    }
}

@Suite struct RangeDecoderTests {
    @Test func witnessesAgreeWithAFreshDecoderOfTheSameBytes() {
        var decoder = RangeDecoder([1, 2, 3, 4, 5, 6, 7])
        #expect(decoder.range == 1 << 40)
        #expect(decoder.code == 0x01_0203_0405)
        #expect(decoder.exhausted == 0)
        decoder.consume(low: 0, frequency: 512)
        // 2^24 · 512 = 2^33 needs no byte; 512 of 65 536 again leave 2^26, which needs one.
        #expect(decoder.range == 1 << 33)
        decoder.consume(low: 0, frequency: 512)
        #expect(decoder.range == 1 << 34)
        #expect(decoder.exhausted == 0)
    }

    @Test func readsZerosPastTheEndAndCountsThem() {
        var decoder = RangeDecoder([0x80])
        #expect(decoder.exhausted == 4)
        #expect(decoder.decodeRawBits(count: 32) == 0x8000_0000)
        #expect(decoder.exhausted == 7)
        #expect(RangeDecoder([]).exhausted == 5)
    }

    @Test func startsAtTheStartOfASliceAndStopsAtItsEnd() {
        let bytes: [UInt8] = [9, 9, 0x12, 0x34, 0x56, 0x78, 0x9A, 9, 9]
        var decoder = RangeDecoder(bytes[2..<7])
        #expect(decoder.decodeRawBits(count: 16) == 0x1234)
        #expect(decoder.decodeRawBits(count: 32) == 0x5678_9A00)
    }

    @Test(arguments: 0..<50)
    func anyBytesDecodeToSomething(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let bytes = (0..<40).map { _ in seed == 0 ? 255 : UInt8.random(in: 0...255, using: &generator) }
        let distribution = SymbolDistribution(count: 9, using: &generator)
        var decoder = RangeDecoder(bytes)
        for _ in 0..<400 {
            _ = decoder.decode(of: distribution)
            #expect(decoder.code < decoder.range)
            #expect((1 << 32...1 << 40).contains(decoder.range))
        }
    }

    @Test(arguments: [0, 1, 7, 32])
    func rawBitsTakeABitEach(count: Int) {
        var encoder = RangeEncoder()
        let value: UInt32 = 0x9D5A_3C81
        for _ in 0..<100 { encoder.encodeRawBits(value, count: count) }
        let bytes = encoder.finish()
        #expect(bytes.count <= (100 * count + 7) / 8 + 1)
        var decoder = RangeDecoder(bytes)
        let mask = count == 32 ? UInt32.max : 1 << UInt32(count) - 1
        #expect((0..<100).allSatisfy { _ in decoder.decodeRawBits(count: count) == value & mask })
    }
}

extension RangeEncoder {
    mutating func encode(_ symbol: Int, of distribution: SymbolDistribution) {
        encode(low: distribution.cumulative[symbol], frequency: distribution.frequencies[symbol])
    }
}

extension RangeDecoder {
    mutating func decode(of distribution: SymbolDistribution) -> Int {
        let symbol = distribution.symbol(at: target())
        consume(low: distribution.cumulative[symbol], frequency: distribution.frequencies[symbol])
        return symbol
    }
}
