import BitstreamFormat
import Testing

@Suite struct MetadataTests {
    static let long = [UInt8]([String](repeating: "repetition ", count: 100).joined().utf8)
    static let items: [MetadataPayload] = [
        .colorProfile(name: "", profile: []), .colorProfile(name: "Bücher ÿ", profile: [0, 1, 0, 255]),
        .colorProfile(name: "sRGB", profile: long), .exif([]), .exif(long), .xmp(long), .xmp([1]),
        .text(.init(keyword: "", text: "")),
        .text(.init(keyword: "Comment", language: "ja", translatedKeyword: "コメント", text: "花\n\0二")),
        .colorValues(ColorValues()), .colorValues(ColorValues(gamma: 45455)),
        .colorValues(ColorValues(chromaticities: [1, 2, 3, 4, 5, 6, 7, .max])),
        .colorValues(ColorValues(renderingIntent: 3, codingPoints: [9, 16, 0, 1])),
        .colorValues(ColorValues(significantBits: 16, background: [0, 257, .max])),
        .colorValues(
            ColorValues(gamma: 0, chromaticities: Array(1...8), renderingIntent: 0, codingPoints: [1, 13, 0, 1])),
        .pixelDensity(horizontal: 0, vertical: .max, unit: 0),
    ]

    @Test(arguments: items)
    func readsWhatWasWritten(item: MetadataPayload) throws {
        var writer = Bitstream.Writer(header: SampleFiles.lossyHeader)
        writer.append(item)
        #expect(try metadata(of: writer.finish()) == [item])
    }

    @Test func stringsTakeTheShorterForm() {
        #expect(MetadataPayload.exif([1, 2]).payload() == [0, 1, 2])
        let packed = MetadataPayload.exif(Self.long).payload()
        #expect(packed[0] == 1)
        #expect(packed.count < Self.long.count / 2)
    }

    @Test func namesAreWrittenInLatin1() throws {
        var writer = Bitstream.Writer(header: SampleFiles.lossyHeader)
        writer.append(.colorProfile(name: "é花\0e", profile: [5]))
        #expect(try metadata(of: writer.finish()) == [.colorProfile(name: "é?e", profile: [5])])
    }

    @Test func colorValuesAreLaidOutAsTheSpecificationSays() {
        let values = ColorValues(
            gamma: 0x0102_0304, renderingIntent: 2, codingPoints: [9, 16, 0, 1], significantBits: 5, background: [0x0102])
        #expect(
            MetadataPayload.colorValues(values).payload() == [0b111101, 4, 3, 2, 1, 2, 9, 16, 0, 1, 5, 1, 2, 1])
    }

    /// The chunk starts at byte 25, its payload at 27.
    static let invalid: [InvalidPayload] = [
        InvalidPayload(.exif, [2, 0], .invalidField(name: "method", value: 2, allowed: 0...1, offset: 27)),
        InvalidPayload(.exif, [], .incompleteField(name: "method", offset: 27, needed: 1, available: 0)),
        InvalidPayload(
            .xmp, [1, 0x81, 0x80, 0x80, 8],
            .invalidField(name: "length", value: 16_777_217, allowed: 0...16_777_216, offset: 28)),
        InvalidPayload(
            .colorProfile, [0, 65],
            .invalidField(name: "zero bytes after the profile's name", value: 0, allowed: 1...1, offset: 25)),
        InvalidPayload(
            .text, [0, 65, 0, 0],
            .invalidField(name: "zero bytes between the parts of a text", value: 2, allowed: 3...3, offset: 25)),
        InvalidPayload(.text, [0, 0, 0, 0, 0xFF], .invalidUTF8(name: "text", offset: 25)),
        InvalidPayload(.text, [0, 0xC0, 0, 0, 0], .invalidUTF8(name: "keyword", offset: 25)),
        InvalidPayload(.colorValues, [64], .invalidField(name: "flags", value: 64, allowed: 0...63, offset: 27)),
        InvalidPayload(.colorValues, [16, 17], .invalidField(name: "sBIT", value: 17, allowed: 1...16, offset: 28)),
        InvalidPayload(.colorValues, [32, 0], .invalidField(name: "bKGD samples", value: 0, allowed: 1...3, offset: 28)),
        InvalidPayload(.colorValues, [32, 1, 5], .incompleteField(name: "bKGD", offset: 29, needed: 2, available: 1)),
        InvalidPayload(.colorValues, [4, 4], .invalidField(name: "sRGB intent", value: 4, allowed: 0...3, offset: 28)),
        InvalidPayload(.colorValues, [1, 0, 0], .incompleteField(name: "gAMA", offset: 28, needed: 4, available: 2)),
        InvalidPayload(.colorValues, [0, 0], .trailingBytes(kind: .colorValues, count: 1, offset: 28)),
        InvalidPayload(
            .pixelDensity, [0, 0, 0, 0, 0, 0, 0, 0, 2],
            .invalidField(name: "density unit", value: 2, allowed: 0...1, offset: 35)),
    ]

    @Test(arguments: invalid)
    func invalidMetadataAreNamed(_ invalid: InvalidPayload) {
        #expect(throws: invalid.error) { try metadata(of: invalid.file) }
    }

    @Test func metadataBeyondTheLimitAreRefused() throws {
        // 65 536 bytes in four, twice.
        let bomb: [UInt8] = [1, 0x80, 0x80, 4]
        let file = SampleFiles.file((.exif, bomb), (.xmp, bomb))
        #expect(try metadata(of: file, limits: DecodingLimits(metadataBytes: 131_072)).count == 2)
        let second = SampleFiles.file((.exif, bomb)).count
        let error = BitstreamError.limitExceeded(.metadataBytes, requested: 131_072, allowed: 131_071, offset: second)
        #expect(throws: error) { try metadata(of: file, limits: DecodingLimits(metadataBytes: 131_071)) }
    }
}
