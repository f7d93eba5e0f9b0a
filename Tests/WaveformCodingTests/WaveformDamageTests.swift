import TestSupport
import Testing

@testable import WaveformCoding

@Suite struct WaveformDamageTests {
    static let decoder = WaveformDecoder(channels: 2, bits: 16)

    static func payload() -> [UInt8] {
        var generator = SeededGenerator(seed: 8)
        let quiet = Signal.noise.block(channels: 2, bits: 8, frames: 60, using: &generator)
        return WaveformEncoder(channels: 2, bits: 16).encode(quiet)
    }

    @Test func everyTruncationGivesSamplesOrAnError() throws {
        let payload = Self.payload()
        #expect(payload[0] == 1)
        for length in 0..<5 {
            let error = length == 0
                ? WaveformError.truncated(needed: 1, available: 0) : .truncated(needed: 4, available: length - 1)
            #expect(throws: error) { try Self.decoder.decode(payload[..<length], frames: 60) }
        }
        for length in 5..<payload.count {
            let block = try Self.decoder.decode(payload[..<length], frames: 60)
            #expect(block.count == 2 && block.allSatisfy { $0.count == 60 && $0.allSatisfy { -32768...32767 ~= $0 } })
        }
    }

    @Test func storedSamplesThatEndEarlyAreRefused() {
        #expect(throws: WaveformError.truncated(needed: 240, available: 239)) {
            try Self.decoder.decode([0] + [UInt8](repeating: 9, count: 239), frames: 60)
        }
    }

    @Test func unknownMethodsAreRefused() {
        #expect(throws: WaveformError.unknownMethod(2)) { try Self.decoder.decode([2, 0, 0, 0, 0], frames: 1) }
    }

    @Test func parametersOutOfRangeAreRefused() {
        #expect(throws: WaveformError.wastedBits(found: 17, bits: 16)) {
            try Self.decoder.decode([1, 0, 0, 17, 0], frames: 1)
        }
        #expect(throws: WaveformError.filterShift(found: 33, most: 32)) {
            try Self.decoder.decode([1, 0, 33, 0, 0], frames: 1)
        }
    }

    /// Bytes that nobody wrote, of every width: samples stay in range, and nothing traps.
    @Test(arguments: 1...32)
    func anyBytesDecode(bits: Int) throws {
        var generator = SeededGenerator(seed: UInt64(bits) + 100)
        let range = Int64(-1) << Int64(bits - 1)...Int64(1) << Int64(bits - 1) - 1
        for round in 0..<8 {
            let channels = Int.random(in: 1...4, using: &generator)
            let parameters = (0..<channels).flatMap { _ in
                [UInt8.random(in: 0...UInt8(bits - 1), using: &generator), UInt8.random(in: 0...32, using: &generator)]
            }
            let fill: UInt8? = [nil, 0, 255, 0x55][round % 4]
            let stream = (0..<600).map { _ in fill ?? UInt8.random(in: 0...255, using: &generator) }
            let block = try WaveformDecoder(channels: channels, bits: bits).decode([1] + parameters + stream, frames: 500)
            #expect(block.allSatisfy { $0.count == 500 && $0.allSatisfy { range ~= Int64($0) } })
        }
    }
}
