import BitstreamFormat
import Testing

@Suite struct SoundHeaderTests {
    static let model = ModelIdentity(bytes: 0x10..<0x18 as Range<UInt8>)

    @Test(arguments: [1, 2, 8], [.integer(bits: 1), .integer(bits: 32), .float32, .float64] as [SoundHeader.SampleKind])
    func readsWhatWasWritten(channels: Int, kind: SoundHeader.SampleKind) throws {
        for coding in [SoundHeader.Coding.lossless, .lossy(model: Self.model)] {
            for (sampleRate, blockLength) in [(1, 256), (8000, 32000), (44100, 176_128), (1 << 20 - 1, 1 << 19)] {
                let header = SoundHeader(
                    sampleRate: sampleRate, channels: channels, sampleKind: kind, blockLength: blockLength, coding: coding)
                #expect(try Self.parts(of: SoundBitstream.Writer().begin(header, metadata: [])) == [.header(header)])
            }
        }
    }

    @Test func theCodingIsTheHeadersEnd() {
        func file(_ coding: SoundHeader.Coding) -> [UInt8] {
            let header = SoundHeader(sampleRate: 100, channels: 1, sampleKind: .float32, blockLength: 256, coding: coding)
            return Array(SoundBitstream.Writer().begin(header, metadata: []).dropLast(4))
        }
        let beginning: [UInt8] = [0x8E, 0x76, 0x63, 0x61, 2]
        #expect(file(.lossless) == beginning + [0x48, 6, 100, 1, 64, 0x80, 2, 0])
        #expect(file(.lossy(model: Self.model)) == beginning + [0x48, 14, 100, 1, 64, 0x80, 2, 1] + Self.model.bytes)
    }

    /// The limits are where 41000 · S = 2048 · rate.
    @Test(arguments: [
        (1, 256), (8000, 256), (10_250, 256), (10_251, 512), (16000, 512), (20_500, 512), (20_501, 1024), (32000, 1024),
        (41_000, 1024), (41_001, 2048), (44_100, 2048), (48_000, 2048), (82_000, 2048), (96_000, 4096), (192_000, 8192),
        (328_001, 16384), (1 << 20 - 1, 16384),
    ])
    func superframesFollowFromTheRate(sampleRate: Int, length: Int) {
        #expect(SoundHeader.superframe(sampleRate: sampleRate) == length)
    }

    @Test(arguments: [
        ([100, 1, 64, 0x80, 2], .incompleteField(name: "coding", offset: 12, needed: 1, available: 0)),
        ([100, 1, 64, 0x80, 2, 2], .invalidField(name: "coding", value: 2, allowed: 0...1, offset: 12)),
        ([100, 1, 64, 0x80, 2, 0, 7], .trailingBytes(kind: .header, count: 1, offset: 13)),
        ([100, 1, 64, 0x80, 2, 1, 7, 7], .incompleteField(name: "model", offset: 13, needed: 8, available: 2)),
        // Before the model is looked at.
        ([100, 1, 64, 0x81, 2, 1], .invalidField(name: "block length modulo 256", value: 1, allowed: 0...0, offset: 10)),
        ([100, 1, 64, 5, 1], .invalidField(name: "block length modulo 256", value: 5, allowed: 0...0, offset: 10)),
    ] as [([UInt8], BitstreamError)])
    func invalidFieldsAreNamedWithTheirOffset(payload: [UInt8], error: BitstreamError) {
        let file = [0x8E, 0x76, 0x63, 0x61, 2] + SampleFiles.chunk("H", payload)
        #expect(throws: error) { try Self.parts(of: file) }
    }

    @Test func blocksNeedNotBeWholeWithoutLoss() throws {
        let file = [0x8E, 0x76, 0x63, 0x61, 2] + SampleFiles.chunk("H", [100, 1, 64, 5, 0])
        let header = SoundHeader(sampleRate: 100, channels: 1, sampleKind: .float32, blockLength: 5)
        #expect(try Self.parts(of: file) == [.header(header)])
    }

    @Test func anotherModelIsRefusedAtItsField() throws {
        let header = SoundHeader(
            sampleRate: 48000, channels: 2, sampleKind: .float32, blockLength: 2048, coding: .lossy(model: Self.model))
        try header.check(model: Self.model, endOfHeader: 99)
        let other = ModelIdentity(bytes: [UInt8](repeating: 0xAB, count: 8))
        let expected = BitstreamError.identityMismatch(
            needed: "1011121314151617", found: "abababababababab", offset: 87)
        #expect(throws: expected) { try header.check(model: other, endOfHeader: 99) }
        let lossless = SoundHeader(sampleRate: 48000, channels: 2, sampleKind: .float32, blockLength: 2048)
        try lossless.check(model: other, endOfHeader: 99)
    }

    /// Four bytes a sample, whatever its kind, where sound is lossy.
    @Test(arguments: [.integer(bits: 8), .float64] as [SoundHeader.SampleKind])
    func theLongestBlockFollowsFromTheCoding(kind: SoundHeader.SampleKind) throws {
        let header = SoundHeader(
            sampleRate: 100, channels: 3, sampleKind: kind, blockLength: 256, coding: .lossy(model: Self.model))
        let start = SoundBitstream.Writer().begin(header, metadata: [])
        let (most, length) = (256 * 3 * 4 + 1024, UInt8(ascii: "B"))
        let expected = BitstreamError.invalidField(
            name: "chunk length", value: most + 1, allowed: 0...most, offset: start.count + 1)
        var tooLong = ByteWriter()
        tooLong.varint(UInt32(most + 1))
        #expect(throws: expected) { try Self.parts(of: start + [length] + tooLong.written) }
        var longest = ByteWriter()
        longest.varint(UInt32(most))
        #expect(try Self.parts(of: start + [length] + longest.written) == [.header(header)])
    }

    private static func parts(of file: [UInt8]) throws(BitstreamError) -> [SoundBitstream.Part] {
        var reader = SoundBitstream.Reader()
        reader.append(file)
        var parts: [SoundBitstream.Part] = []
        while let part = try reader.next() { parts.append(part) }
        return parts
    }
}
