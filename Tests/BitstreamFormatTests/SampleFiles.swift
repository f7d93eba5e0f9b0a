import BitstreamFormat
import EntropyCoding

/// Small files that tests read, damage and cut.
enum SampleFiles {
    static let model = ModelIdentity(bytes: 0..<8 as Range<UInt8>)
    static let lossyHeader = FileHeader(
        width: 300, height: 200, channels: 4, bitDepth: 16, color: .lossy(quality: 40, model: model))
    static let losslessHeader = FileHeader(width: 5, height: 4, channels: 3, bitDepth: 8, color: .lossless)

    static let metadata: [MetadataPayload] = [
        .pixelDensity(horizontal: 2835, vertical: 2834, unit: 1),
        .colorValues(ColorValues(gamma: 45455, renderingIntent: 1)),
        .text(.init(keyword: "Title", language: "de", translatedKeyword: "Titel", text: "Weiße Blüte")),
        .text(.init(keyword: "Title", text: "again")),
        .exif([0x49, 0x49, 0x2A, 0]),
    ]
    static let alpha = PlanePayload(index: 3, plane: .constant(0xFFFF))
    static let levels = [3, 2, 1, 0].map { level in
        LevelPayload(tile: 0, level: level, bands: [[0xAA, UInt8(level)], []])
    }

    /// Every kind of chunk of a lossy picture.
    static let lossy: [UInt8] = {
        var writer = Bitstream.Writer(header: lossyHeader)
        for item in metadata { writer.append(item) }
        writer.append(alpha, bitDepth: 16)
        for level in levels { writer.append(level) }
        return writer.finish()
    }()

    /// A file of one header and then chunks as they are given, right checksums added.
    static func file(
        header: FileHeader = lossyHeader, _ chunks: (kind: ChunkKind, payload: [UInt8])...
    ) -> [UInt8] {
        var writer = Bitstream.Writer(header: header)
        for chunk in chunks { writer.append(chunk.kind, payload: chunk.payload) }
        return writer.finish()
    }

    /// Signature and version, then a chunk `H` with this payload.
    static func file(headerPayload: [UInt8]) -> [UInt8] {
        var file = file()
        file.removeLast(file.count - 5)
        return file + chunk("H", headerPayload)
    }

    /// A chunk with a right checksum, of any kind at all.
    static func chunk(_ kind: Unicode.Scalar, _ payload: [UInt8]) -> [UInt8] {
        var fields = ByteWriter()
        fields.u8(UInt8(ascii: kind))
        fields.varint(UInt32(payload.count))
        fields.bytes(payload)
        fields.u32(CRC32C.checksum(of: fields.written[...]))
        return fields.written
    }
}

/// A chunk whose fields are not what SPEC.md allows, right after the header of ``SampleFiles/lossyHeader``.
struct InvalidPayload: Sendable {
    let kind: ChunkKind
    let payload: [UInt8]
    let error: BitstreamError

    init(_ kind: ChunkKind, _ payload: [UInt8], _ error: BitstreamError) {
        self.kind = kind
        self.payload = payload
        self.error = error
    }

    var file: [UInt8] { SampleFiles.file((kind, payload)) }
}

/// All chunks after the header.
func chunks(
    of file: [UInt8], ending: Bitstream.Reader.Ending = .required
) throws(BitstreamError) -> [Chunk] {
    var reader = try Bitstream.Reader(file, ending: ending)
    var chunks: [Chunk] = []
    while let chunk = try reader.next() { chunks.append(chunk) }
    return chunks
}

/// All metadata of a file.
func metadata(
    of file: [UInt8], limits: DecodingLimits = DecodingLimits()
) throws(BitstreamError) -> [MetadataPayload] {
    var reader = try Bitstream.Reader(file, limits: limits)
    var found: [MetadataPayload] = []
    while let chunk = try reader.next() {
        if let metadata = try reader.metadata(in: chunk) { found.append(metadata) }
    }
    return found
}
