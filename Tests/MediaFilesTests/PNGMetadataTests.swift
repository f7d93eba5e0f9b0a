import Media
import MediaFiles
import TestSupport
import Testing

@Suite struct PNGMetadataTests {
    private let image = randomImage(
        width: 4, height: 3, format: PixelFormat(.rgb, .sixteen), seed: 1)

    private func roundTrip(_ metadata: ImageMetadata) throws -> ImageFile {
        try PNGReader().read(PNGWriter().write(image, metadata: metadata))
    }

    private func expectRoundTrip(_ change: (inout ImageMetadata) -> Void) throws {
        var metadata = ImageMetadata()
        change(&metadata)
        #expect(try roundTrip(metadata) == ImageFile(image: image, metadata: metadata))
    }

    @Test func everyFieldComesBack() throws {
        try expectRoundTrip { $0 = .complete }
    }

    /// libpng alone would drop a profile that it finds wrong; we carry it.
    @Test(arguments: [0, 1, 127, 128, 3144, 100_000])
    func profilesComeBackWhateverTheirBytes(_ count: Int) throws {
        var generator = SeededGenerator(seed: 2)
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        try expectRoundTrip { $0.colorProfile = ColorProfile(name: "ungültig", bytes: bytes) }
    }

    @Test func profileWithoutNameGetsOne() throws {
        var metadata = ImageMetadata()
        metadata.colorProfile = ColorProfile(bytes: [1, 2, 3])
        #expect(try roundTrip(metadata).metadata.colorProfile?.bytes == [1, 2, 3])
    }

    @Test func contradictoryDescriptionsOfColorAllComeBack() throws {
        try expectRoundTrip {
            $0.renderingIntent = .saturation
            $0.gamma = 100_000
            $0.chromaticities = Chromaticities(
                white: .init(x: 0, y: 0), red: .init(x: 1, y: .max), green: .init(x: 5, y: 5),
                blue: .init(x: 5, y: 5))
            $0.colorProfile = ColorProfile(name: "x", bytes: [0])
        }
    }

    @Test(arguments: [
        TextEntry(keyword: "Title", text: ""),
        TextEntry(keyword: "Author", text: "Zoë\nand others"),
        TextEntry(keyword: "Comment", text: String(repeating: "long ", count: 1000)),
        TextEntry(keyword: "Comment", text: String(repeating: "много ", count: 1000)),
        TextEntry(keyword: "Titel", text: "雲", language: "ja", translatedKeyword: "題"),
        TextEntry(keyword: "Title", text: "ASCII", language: "en-GB"),
        TextEntry(keyword: String(repeating: "k", count: 79), text: "e\u{301}"),
        TextEntry(keyword: "é", text: "\u{80}\u{9F}\u{FF}"),
    ])
    func textsComeBack(_ entry: TextEntry) throws {
        try expectRoundTrip { $0.text = [entry, entry] }
    }

    @Test func aSecondPacketStaysAText() throws {
        try expectRoundTrip {
            $0.xmp = Array("<first/>".utf8)
            $0.text = [TextEntry(keyword: "XML:com.adobe.xmp", text: "<zweite/>", language: "de")]
        }
    }

    @Test(arguments: everyFormat)
    func backgroundsComeBack(_ format: PixelFormat) throws {
        let image = randomImage(width: 2, height: 2, format: format, seed: 3)
        var metadata = ImageMetadata()
        metadata.background = (0..<format.channels.colorCount).map { UInt16(7 + $0) }
        let file = try PNGReader().read(PNGWriter().write(image, metadata: metadata))
        #expect(file.metadata == metadata)
    }

    @Test func backgroundIsExpandedLikePixels() throws {
        let grey = StoredPicture.Kind(colorType: .grey, bitDepth: 2, hasTransparency: false)
        let picture = StoredPicture(width: 2, height: 2, kind: grey, isInterlaced: false, seed: 4)
        let file = picture.file(ancillary: [.init(name: "bKGD", payload: [0, 2])])
        #expect(try PNGReader().read(file).metadata.background == [170])

        let indexed = StoredPicture.Kind(colorType: .indexed, bitDepth: 4, hasTransparency: true)
        let second = StoredPicture(
            width: 2, height: 2, kind: indexed, isInterlaced: false, seed: 5)
        let bytes = second.file(ancillary: [.init(name: "bKGD", payload: [3])])
        let expected = second.palette[9..<12].map { UInt16($0) }
        #expect(try PNGReader().read(bytes).metadata.background == expected)
    }
}

// What cannot be written.
extension PNGMetadataTests {
    @Test(arguments: ["", String(repeating: "k", count: 80), "題", "a\0b"])
    func keywordsThatPNGCannotStoreAreRefused(_ keyword: String) {
        var metadata = ImageMetadata()
        metadata.text = [TextEntry(keyword: keyword, text: "")]
        #expect(throws: MediaFileError.invalidKeyword(keyword)) { try roundTrip(metadata) }
    }

    @Test func textsWithZerosAreRefused() {
        var metadata = ImageMetadata()
        metadata.text = [TextEntry(keyword: "Title", text: "a\0b")]
        #expect(throws: MediaFileError.zeroInText(keyword: "Title")) { try roundTrip(metadata) }
    }

    @Test func backgroundsOfAnotherFormatAreRefused() {
        var metadata = ImageMetadata()
        metadata.background = [1]
        #expect(throws: MediaFileError.invalidBackground([1], for: image.format)) {
            try roundTrip(metadata)
        }
    }
}

// What is wrong in a file but does no harm.
extension PNGMetadataTests {
    private func warnings(_ chunks: [PNGContainer.Chunk]) throws -> [MediaFileError] {
        let kind = StoredPicture.Kind(colorType: .grey, bitDepth: 8, hasTransparency: false)
        let picture = StoredPicture(width: 2, height: 2, kind: kind, isInterlaced: false, seed: 6)
        let file = try PNGReader().read(picture.file(ancillary: chunks))
        #expect(file.image == picture.expanded)
        return file.warnings
    }

    @Test(arguments: [
        ("gAMA", [1], MediaFileError.ChunkDefect.length(found: 1, allowed: 4...4)),
        ("cHRM", [], .length(found: 0, allowed: 32...32)),
        ("sRGB", [4], .value(found: 4, allowed: 0...3)),
        ("pHYs", [0, 0, 0, 1, 0, 0, 0, 1, 2], .value(found: 2, allowed: 0...1)),
        ("sBIT", [9], .value(found: 9, allowed: 1...8)),
        ("sBIT", [0], .value(found: 0, allowed: 1...8)),
        ("bKGD", [1, 0], .value(found: 256, allowed: 0...255)),
        ("cICP", [1, 2, 3], .length(found: 3, allowed: 4...4)),
        ("iCCP", [0x41], .keyword),
        ("iCCP", [0x41, 0, 1], .compression),
        ("iCCP", [0x41, 0, 0, 0x78, 0x9C, 0xFF], .compression),
        ("tEXt", [0, 0x41], .keyword),
        ("zTXt", [0x41, 0], .compression),
        ("iTXt", [0x41, 0], .unterminatedText),
        ("iTXt", [0x41, 0, 2, 0], .value(found: 2, allowed: 0...1)),
        ("iTXt", [0x41, 0, 0, 0, 0x64, 0x65], .unterminatedText),
    ] as [(String, [UInt8], MediaFileError.ChunkDefect)])
    func malformedMetadataBecomeWarnings(
        _ name: String, _ payload: [UInt8], _ defect: MediaFileError.ChunkDefect
    ) throws {
        let found = try warnings([.init(name: name, payload: payload)])
        #expect(found == [.malformedChunk(name, defect, offset: 33)])
    }

    @Test func ofRepeatedChunksTheFirstCounts() throws {
        let gamma = PNGContainer.Chunk(name: "gAMA", payload: [0, 0, 0, 1])
        #expect(
            try warnings([gamma, gamma]) == [.malformedChunk("gAMA", .duplicate, offset: 49)])
    }

    @Test func unknownAncillaryChunksAreSkipped() throws {
        let chunk = PNGContainer.Chunk(name: "vcDc", payload: [1, 2, 3])
        #expect(try warnings([chunk, chunk]).isEmpty)
    }

    @Test func largeUnknownChunksAreSkipped() throws {
        let payload = [UInt8](repeating: 7, count: 9_000_000)
        #expect(try warnings([.init(name: "vcDc", payload: payload)]).isEmpty)
    }
}

extension ImageMetadata {
    /// One value in every field.
    static let complete: ImageMetadata = {
        var metadata = ImageMetadata()
        metadata.colorProfile = ColorProfile(name: "Display P3", bytes: Array(0...200))
        metadata.codingPoints = CodingPoints(primaries: 9, transfer: 16, matrix: 0, fullRange: 1)
        metadata.renderingIntent = .relativeColorimetric
        metadata.gamma = 45_455
        metadata.chromaticities = Chromaticities(
            white: .init(x: 31_270, y: 32_900), red: .init(x: 64_000, y: 33_000),
            green: .init(x: 30_000, y: 60_000), blue: .init(x: 15_000, y: 6_000))
        metadata.exif = Array("II*\0".utf8) + [8, 0, 0, 0, 0, 0]
        metadata.xmp = Array("<?xpacket?><x:xmpmeta/>".utf8)
        metadata.pixelDensity = PixelDensity(x: 11_811, y: 11_810, unit: .metre)
        metadata.background = [1, 2, 3]
        metadata.text = [
            TextEntry(keyword: "Title", text: "A picture"),
            TextEntry(
                keyword: "Title", text: "Ein Bild", language: "de", translatedKeyword: "Titel"),
        ]
        return metadata
    }()
}
