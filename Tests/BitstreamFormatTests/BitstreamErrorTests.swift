import BitstreamFormat
import EntropyCoding
import Testing

@Suite struct ForeignFileTests {
    @Test(arguments: [
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], .png), ([0xFF, 0xD8, 0xFF, 0xE0], .jpeg),
        (Array("GIF89a".utf8), .gif), (Array("RIFF\u{1}\u{2}\u{3}\u{4}WEBPVP8 ".utf8), .webP),
        ([0, 0, 0, 0x1C] + Array("ftypavif".utf8), .heif), ([0xFF, 0x0A, 0x7F], .jpegXL),
        ([0x49, 0x49, 0x2A, 0, 8, 0], .tiff), (Array("BM".utf8) + [1, 2, 3, 4, 0, 0, 0, 0], .bmp),
        (Array("P6\n4 4\n255\n".utf8), .netpbm), (Array("%PDF-1.7".utf8), .pdf), ([0x50, 0x4B, 3, 4], .zip),
        ([0x1F, 0x8B, 8], .gzip), ([0x8E, 0x76, 0x63, 0x6D, 1], .vcodecModel),
        ([0xEF, 0xBF, 0xBD, 0x76, 0x63, 0x69, 1], .mangledPicture), (Array("Hello, world\n".utf8), .text),
        (Array("Größe".utf8), .text), ([0x12, 0x34], nil), ([0x8F, 0x76, 0x63, 0x69], nil),
    ] as [([UInt8], ForeignFile?)])
    func othersAreNamed(bytes: [UInt8], expected: ForeignFile?) throws {
        #expect(ForeignFile(recognizing: bytes) == expected)
        let error = try #require(throws: BitstreamError.self) { try chunks(of: bytes) }
        #expect(error == .badMagic(found: Array(bytes.prefix(16))))
        #expect(error.description.hasPrefix("not a vcodec file: it "))
        if let expected, expected != .mangledPicture { #expect(error.description.contains(expected.rawValue)) }
    }

    @Test func emptyFilesAreCalledEmpty() {
        #expect(throws: BitstreamError.empty) { try chunks(of: []) }
        #expect(BitstreamError.empty.description == "the file is empty" && BitstreamError.empty.offset == nil)
    }
}

@Suite struct BitstreamErrorTests {
    static let all: [BitstreamError] = [
        .unsupportedVersion(found: 2, supported: 1...1, offset: 4711),
        .truncated(offset: 4711, needed: 20, available: 7),
        .checksumMismatch(kind: .level, offset: 4711, stored: 1, computed: 0xABCD_EF01),
        .invalidChunkKind(found: 7, offset: 4711), .unknownCriticalChunk(.plane, offset: 4711),
        .duplicateChunk(.level(3, tile: 2), offset: 4711, first: 5), .missingChunk(.plane(3), offset: 4711),
        .unexpectedChunk(.metadata(.exif), offset: 4711),
        .incompleteField(name: "model", offset: 4711, needed: 8, available: 2),
        .invalidField(name: "width", value: 0, allowed: 1...9, offset: 4711),
        .invalidVarint(name: "length", offset: 4711), .invalidUTF8(name: "text", offset: 4711),
        .trailingBytes(kind: .header, count: 3, offset: 4711), .damagedStream(.excessTooLong, offset: 4711),
        .identityMismatch(needed: "0123456789abcdef", found: "fedcba9876543210", offset: 4711),
        .damagedStream(.residualOutOfRange(row: 8), offset: 4711),
        .limitExceeded(.sampleBytes, requested: 1 << 40, allowed: 1 << 20, offset: 4711),
    ]

    @Test(arguments: all)
    func descriptionsAreOneSentenceWithTheOffset(error: BitstreamError) {
        let text = error.description
        #expect(error.offset == 4711 && text.contains("byte 4711"))
        #expect(!text.contains("\n") && !text.hasSuffix("."))
        #expect(text != "the file cannot be decoded")
    }

    @Test func descriptionsSayWhatIsWrong() {
        #expect(
            Self.all[2].description
                == "the file is damaged: the checksum of chunk L at byte 4711 does not match "
                + "(stored 00000001, computed abcdef01)")
        #expect(Self.all[5].description == "level 3 of tile 2 is there twice, at byte 5 and at byte 4711")
    }

    @Test func errorsOfStreamsBecomeDefects() {
        #expect(BitstreamError.StreamDefect(ExpGolombError.tooLong) == .excessTooLong)
        #expect(BitstreamError.StreamDefect(PlaneError.residualOutOfRange(row: 4)) == .residualOutOfRange(row: 4))
    }
}
