import EntropyCoding
import TestSupport
import Testing

@Suite struct ByteStringCoderTests {
    @Test(arguments: [0, 1, 2, 10, 1000, 50_000], [1, 2, 26, 256])
    func decodesWhatTheEncoderWrote(count: Int, alphabet: Int) {
        var generator = SeededGenerator(seed: UInt64(count * 1000 + alphabet))
        let string = (0..<count).map { _ in UInt8.random(in: 0...UInt8(alphabet - 1), using: &generator) }
        let stream = ByteStringCoder.encode(string)
        #expect(ByteStringCoder.decode(stream[...], count: count) == string)
    }

    @Test func emptyStringTakesNoBytes() {
        #expect(ByteStringCoder.encode([]) == [])
    }

    /// Made by the encoder of `Tools/refdec/test_refdec.py`.
    @Test func writesTheBytesOfTheSpecification() {
        let stream: [UInt8] = [
            0x76, 0x63, 0x6F, 0x64, 0x65, 0x63, 0x20, 0x6C, 0x1F, 0xC2, 0x68, 0xD4, 0x07, 0x3C, 0xF8, 0x28, 0xD2, 0x97,
            0x3F, 0x8A,
        ]
        #expect(ByteStringCoder.encode(Array("vcodec vcodec vcodec".utf8)) == stream)
    }

    @Test func textGetsShorter() {
        let line = "An order-1 model knows which byte likes to follow which. "
        let text = [String](repeating: line, count: 400).joined()
        #expect(ByteStringCoder.encode(Array(text.utf8)).count < text.utf8.count / 3)
    }
}
