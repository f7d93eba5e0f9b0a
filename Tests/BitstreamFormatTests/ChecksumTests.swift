import BitstreamFormat
import TestSupport
import Testing

@Suite struct CRC32CTests {
    /// RFC 3720, §B.4, and the check value of the catalogue of parametrised CRC algorithms.
    @Test(arguments: [
        ([], 0), (Array("123456789".utf8), 0xE306_9283), ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
        ([UInt8](repeating: 255, count: 32), 0x62A8_AB43), (Array(0...31), 0x46DD_794E),
        (Array((0...31).reversed()), 0x113F_DB5C),
    ] as [([UInt8], UInt32)])
    func knownChecksums(bytes: [UInt8], expected: UInt32) {
        #expect(CRC32C.checksum(of: bytes[...]) == expected)
    }

    @Test func everyLengthAgreesWithTheDefinition() {
        var generator = SeededGenerator(seed: 3)
        let bytes = (0..<100).map { _ in UInt8.random(in: 0...255, using: &generator) }
        for start in 0..<9 {
            for end in start...100 {
                var crc: UInt32 = .max
                for byte in bytes[start..<end] {
                    crc ^= UInt32(byte)
                    for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 0 ? 0 : 0x82F6_3B78) }
                }
                #expect(CRC32C.checksum(of: bytes[start..<end]) == ~crc)
            }
        }
    }
}

@Suite struct SHA256Tests {
    /// FIPS 180-4's examples and the long message of NIST's secure hashing page.
    @Test(arguments: [
        ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            1, "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
        ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ])
    func knownDigests(message: String, count: Int, digest: String) {
        let bytes = [UInt8]([String](repeating: message, count: count).joined().utf8)
        #expect(hexadecimal(SHA256.digest(bytes)) == digest)
    }

    @Test(arguments: [0, 1, 55, 56, 63, 64, 65, 119, 128, 1000])
    func piecesGiveTheDigestOfTheWhole(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
        for piece in [1, 3, 64, 100] {
            var hash = SHA256()
            for start in stride(from: 0, to: count, by: piece) {
                hash.update(bytes.span.extracting(start..<min(count, start + piece)))
            }
            #expect(hash.finish() == SHA256.digest(bytes))
        }
    }

    @Test func modelIdentityIsTheBeginningOfADigest() {
        let identity = ModelIdentity(ofDecoderSection: Array("abc".utf8)[...])
        #expect(identity.description == "ba7816bf8f01cfea")
        #expect(identity == ModelIdentity(bytes: [0xBA, 0x78, 0x16, 0xBF, 0x8F, 0x01, 0xCF, 0xEA]))
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
