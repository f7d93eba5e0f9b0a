import Media
import MediaFiles
import Testing

@Suite struct MediaFileErrorTests {
    private let oneOfEach: [MediaFileError] = [
        .empty, .unrecognized(found: [0xFF, 7]),
        .truncated(.chunk, offset: 33, needed: 12, available: 3),
        .valueOutOfRange(.width, found: 0, allowed: 1...9, offset: 16),
        .limitExceeded(.pixels, requested: 10, allowed: 9, offset: 16),
        .trailingBytes(count: 3, offset: 99), .outOfMemory,
        .checksumMismatch(chunk: "IDAT", offset: 33, stored: 1, computed: 2),
        .missingChunk("PLTE", offset: 33), .misplacedChunk("PLTE", offset: 33),
        .unknownCriticalChunk("CgBI", offset: 33),
        .malformedChunk("PLTE", .partialEntry(length: 4, entry: 3), offset: 33),
        .unsupportedPixelFormat(colorType: 5, bitDepth: 8, offset: 24),
        .implausibleSize(needed: 10_000, possible: 1032, offset: 33),
        .corruptPixels(detail: "bad filter", offset: 33),
        .unexpectedByte(0x41, expected: .height, offset: 5),
        .unknownHeaderLine("COLOR", offset: 3), .missingHeaderLine(.depth, offset: 3),
        .tupleTypeMismatch("RGB", depth: 1, offset: 3),
        .unknownExtension("jpg", known: ["png", "ppm"]),
        .unsupportedPicture(
            PixelFormat(.rgba, .eight), significantBits: 8, kind: .netpbm(.ppm)),
        .invalidKeyword(""), .zeroInText(keyword: "Title"),
        .invalidBackground([1], for: PixelFormat(.rgb, .eight)),
        .metadataTooLong(chunk: "eXIf", count: 10, allowed: 9),
        .unrecognizedSound(found: [0xFF, 7]), .partialFrame(count: 3, frameLength: 4, offset: 48),
        .cutShort(declaredFrames: 100, readFrames: 99), .unreadableSound(.flac, detail: "no"),
        .corruptSound(detail: "lost sync", frame: 4_096), .needsSeeking(.flac), .system(.reading, code: 5),
        .unknownSoundExtension("mp3", known: ["wav"]),
        .unsupportedSound(AudioFormat(sampleRate: 48_000, channels: 1, sample: .float32), kind: .flac),
        .onlyReadable(.mp3), .wrongFrameCount(announced: 1, written: 2), .libraryFailure(detail: "no"), .tooLong(.aiff, allowed: 9),
    ]

    @Test func everyErrorHasASentenceOfItsOwn() {
        let sentences = Set(oneOfEach.map(\.description))
        #expect(sentences.count == oneOfEach.count)
        #expect(!sentences.contains("the file cannot be read or written"))
    }

    @Test func sentencesNameTheOffset() {
        let error = MediaFileError.checksumMismatch(
            chunk: "IDAT", offset: 18_204, stored: 0xAB, computed: 0xFFFF_FFFF)
        #expect(
            error.description == "checksum of chunk IDAT at byte 18204 does not match "
                + "(stored 000000ab, computed ffffffff); the file is damaged")
    }
}
