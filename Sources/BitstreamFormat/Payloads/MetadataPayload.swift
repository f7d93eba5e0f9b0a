/// One piece of metadata, as the bytes and numbers of its chunk (SPEC §4). Nothing is interpreted.
package enum MetadataPayload: Hashable, Sendable {
    /// `c`: an ICC profile. Of the name, what is not Latin-1 is written as `?`, and zeros are left out.
    case colorProfile(name: String, profile: [UInt8])
    /// `x`: EXIF from its TIFF header on.
    case exif([UInt8])
    /// `p`: an XMP packet.
    case xmp([UInt8])
    /// `t`: an entry of text.
    case text(TextFields)
    /// `g`: what colours mean, as numbers.
    case colorValues(ColorValues)
    /// `d`: pixels per unit, as PNG's pHYs; the unit is 0 (unknown) or 1 (metre).
    case pixelDensity(horizontal: UInt32, vertical: UInt32, unit: UInt8)

    /// `s`: where the channels of a sound are heard, as the `dwChannelMask` of a WAV file.
    case speakers(UInt32)
    /// `r`: a chunk of a RIFF file: four bytes that name it, and its content.
    case riffChunk([UInt8])

    /// A keyword and its text. Zeros are left out of all but the text, for they end the others.
    package struct TextFields: Hashable, Sendable {
        package var keyword: String
        package var language: String
        package var translatedKeyword: String
        package var text: String

        package init(keyword: String, language: String = "", translatedKeyword: String = "", text: String) {
            self.keyword = keyword
            self.language = language
            self.translatedKeyword = translatedKeyword
            self.text = text
        }
    }

    /// Bytes of its content before they are packed.
    package var unpackedBytes: Int {
        switch self {
        case .colorProfile(let name, let profile): name.unicodeScalars.count + 1 + profile.count
        case .exif(let bytes), .xmp(let bytes), .riffChunk(let bytes): bytes.count
        case .text(let fields): fields.joined.count
        case .colorValues(let values): values.payload().count
        case .pixelDensity: 9
        case .speakers: 4
        }
    }

    package var kind: ChunkKind {
        switch self {
        case .colorProfile: .colorProfile
        case .exif: .exif
        case .xmp: .xmp
        case .text: .text
        case .colorValues: .colorValues
        case .pixelDensity: .pixelDensity
        case .speakers: .speakers
        case .riffChunk: .riffChunk
        }
    }
}

extension MetadataPayload {
    /// The payload of the chunk.
    package func payload() -> [UInt8] {
        switch self {
        case .colorProfile(let name, let profile):
            PackedString.pack(Self.latin1(name) + [0] + profile)
        case .exif(let bytes), .xmp(let bytes), .riffChunk(let bytes):
            PackedString.pack(bytes)
        case .text(let fields):
            PackedString.pack(fields.joined)
        case .colorValues(let values):
            values.payload()
        case .pixelDensity(let horizontal, let vertical, let unit):
            Self.densityPayload(horizontal, vertical, unit)
        case .speakers(let mask):
            Self.speakersPayload(mask)
        }
    }

    /// Reads a metadata chunk; nil for any other kind. The inverse of ``payload()``.
    init?(_ chunk: Chunk, budget: inout MetadataBudget) throws(BitstreamError) {
        switch chunk.kind {
        case .colorProfile: self = try Self.colorProfile(chunk, budget: &budget)
        case .exif: self = .exif(try PackedString.unpack(chunk, budget: &budget))
        case .xmp: self = .xmp(try PackedString.unpack(chunk, budget: &budget))
        case .text: self = .text(try TextFields(chunk, budget: &budget))
        case .colorValues: self = .colorValues(try ColorValues(chunk))
        case .pixelDensity: self = try Self.pixelDensity(chunk)
        case .speakers: self = try Self.speakers(chunk)
        case .riffChunk: self = try Self.riffChunk(chunk, budget: &budget)
        default: return nil
        }
    }

    private static func colorProfile(
        _ chunk: Chunk, budget: inout MetadataBudget
    ) throws(BitstreamError) -> MetadataPayload {
        let string = try PackedString.unpack(chunk, budget: &budget)
        guard let end = string.firstIndex(of: 0) else {
            let name = "zero bytes after the profile's name"
            throw .invalidField(name: name, value: 0, allowed: 1...1, offset: chunk.offset)
        }
        let name = String(String.UnicodeScalarView(string[..<end].map { Unicode.Scalar($0) }))
        return .colorProfile(name: name, profile: Array(string[(end + 1)...]))
    }

    private static func latin1(_ name: String) -> [UInt8] {
        name.unicodeScalars.map { UInt8(exactly: $0.value) ?? UInt8(ascii: "?") }.filter { $0 != 0 }
    }

    private static func pixelDensity(_ chunk: Chunk) throws(BitstreamError) -> MetadataPayload {
        var fields = chunk.fields
        let horizontal = try fields.u32("horizontal density")
        let vertical = try fields.u32("vertical density")
        let unit = try fields.u8("density unit", in: 0...1)
        try fields.finish(chunk.kind)
        return .pixelDensity(horizontal: horizontal, vertical: vertical, unit: UInt8(unit))
    }

    private static func densityPayload(_ horizontal: UInt32, _ vertical: UInt32, _ unit: UInt8) -> [UInt8] {
        precondition(unit <= 1, "unit 0 (unknown) or 1 (metre)")
        var fields = ByteWriter()
        fields.u32(horizontal)
        fields.u32(vertical)
        fields.u8(unit)
        return fields.written
    }
}

extension MetadataPayload {
    private static func speakers(_ chunk: Chunk) throws(BitstreamError) -> MetadataPayload {
        var fields = chunk.fields
        let mask = try fields.u32("speakers")
        try fields.finish(chunk.kind)
        return .speakers(mask)
    }

    private static func speakersPayload(_ mask: UInt32) -> [UInt8] {
        var fields = ByteWriter()
        fields.u32(mask)
        return fields.written
    }

    private static func riffChunk(
        _ chunk: Chunk, budget: inout MetadataBudget
    ) throws(BitstreamError) -> MetadataPayload {
        let bytes = try PackedString.unpack(chunk, budget: &budget)
        guard bytes.count >= 4 else {
            throw .invalidField(name: "bytes of a RIFF chunk", value: bytes.count, allowed: 4...(.max), offset: chunk.offset)
        }
        return .riffChunk(bytes)
    }
}

extension MetadataPayload.TextFields {
    fileprivate var joined: [UInt8] {
        let beginning = [keyword, language, translatedKeyword].flatMap { $0.utf8.filter { $0 != 0 } + [0] }
        return beginning + text.utf8
    }

    fileprivate init(_ chunk: Chunk, budget: inout MetadataBudget) throws(BitstreamError) {
        let string = try PackedString.unpack(chunk, budget: &budget)
        let parts = string.split(separator: 0, maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4 else {
            let name = "zero bytes between the parts of a text"
            throw .invalidField(name: name, value: parts.count - 1, allowed: 3...3, offset: chunk.offset)
        }
        keyword = try Self.decoded(parts[0], "keyword", chunk)
        language = try Self.decoded(parts[1], "language", chunk)
        translatedKeyword = try Self.decoded(parts[2], "translated keyword", chunk)
        text = try Self.decoded(parts[3], "text", chunk)
    }

    private static func decoded(
        _ part: ArraySlice<UInt8>, _ name: String, _ chunk: Chunk
    ) throws(BitstreamError) -> String {
        guard let string = String(validating: part, as: UTF8.self) else {
            throw .invalidUTF8(name: name, offset: chunk.offset)
        }
        return string
    }
}
