import Testing

@testable import WaveformCoding

/// Bytes that must never change: files hold them.
@Suite struct WaveformVectorTests {
    /// A parabola with a sawtooth on it, the second channel half of it and a little more.
    private static func block(frames: Int, scale: Int32) -> [[Int32]] {
        let first = (0..<Int32(frames)).map { ($0 * (200 - $0 % 200) % 4001 - 2000) * scale + $0 % 7 }
        return [first, first.enumerated().map { $1 / 2 + Int32($0 % 3) }]
    }

    @Test func shortBlock() {
        let payload = WaveformEncoder(channels: 2, bits: 16).encode(Self.block(frames: 12, scale: 1))
        #expect(
            payload == [
                1, 0, 0, 0, 0, 0, 4, 171, 7, 170, 46, 97, 128, 153, 67, 12, 109, 85, 88, 87, 108, 152, 228, 160, 240, 115, 130,
                78, 0, 63, 66, 240, 53, 82, 112, 227, 16, 8, 127, 26, 223, 101,
            ])
    }

    /// FNV-1a of the payload, of a block in which least squares and every filter take part.
    @Test(arguments: [(16, Int32(1), UInt64(8_893_898_543_271_346_147)), (28, 20_000, 11_418_677_087_303_538_295)])
    func longBlock(bits: Int, scale: Int32, digest: UInt64) {
        let payload = WaveformEncoder(channels: 2, bits: bits).encode(Self.block(frames: 3000, scale: scale))
        let found = payload.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        #expect(found == digest, "\(payload.count) bytes")
    }
}
