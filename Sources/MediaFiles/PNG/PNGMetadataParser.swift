import Media

/// Reads the chunks of a PNG file that no pixel depends on.
///
/// What cannot be understood is left out and becomes a warning: a picture is not refused because
/// of a comment. The inverse of ``PNGMetadataComposer``.
struct PNGMetadataParser {
    private let structure: PNGStructure

    /// What further profiles, EXIF, XMP and text may take.
    private var budget: Int
    private let allowance: Int

    var metadata = ImageMetadata()
    private(set) var warnings: [MediaFileError] = []

    /// From sBIT, the widest channel; otherwise what the samples are stored with.
    private(set) var significantBits: Int

    private var seen: Set<PNGChunkName> = []

    init(_ structure: PNGStructure, limits: ReadingLimits) {
        self.structure = structure
        allowance = max(0, limits.maximumMetadataBytes)
        budget = allowance
        significantBits = structure.header.colorType == .indexed ? 8 : structure.header.bitDepth
    }

    /// Fills the properties.
    ///
    /// - Throws: ``MediaFileError/limitExceeded(_:requested:allowed:offset:)`` or
    ///   ``MediaFileError/outOfMemory``; nothing else.
    mutating func parseAll() throws(MediaFileError) {
        for chunk in structure.ancillary {
            do throws(MediaFileError) {
                try parse(chunk)
            } catch {
                guard case .malformedChunk = error else { throw error }
                warnings.append(error)
            }
        }
    }

    private mutating func parse(_ chunk: PNGChunk) throws(MediaFileError) {
        switch chunk.name {
        case .plainText: metadata.text.append(try plainText(chunk))
        case .compressedText: metadata.text.append(try compressedText(chunk))
        case .internationalText: try addInternationalText(chunk)
        case let name where Self.singular.contains(name):
            guard seen.insert(name).inserted else { throw malformed(chunk, .duplicate) }
            try parseSingular(chunk)
        default: break
        }
    }

    /// The chunks of which a file has at most one.
    private static let singular: Set<PNGChunkName> = [
        .colorProfile, .codingPoints, .renderingIntent, .gamma, .chromaticities,
        .significantBits, .background, .exif, .pixelDensity,
    ]

    private mutating func parseSingular(_ chunk: PNGChunk) throws(MediaFileError) {
        switch chunk.name {
        case .colorProfile: metadata.colorProfile = try colorProfile(chunk)
        case .codingPoints: metadata.codingPoints = try codingPoints(chunk)
        case .renderingIntent: metadata.renderingIntent = try renderingIntent(chunk)
        case .gamma: metadata.gamma = try gamma(chunk)
        case .chromaticities: metadata.chromaticities = try chromaticities(chunk)
        case .significantBits: significantBits = try significantBits(chunk)
        case .background: metadata.background = try background(chunk)
        case .exif: metadata.exif = Array(try spend(chunk.payload, for: chunk))
        case .pixelDensity: metadata.pixelDensity = try pixelDensity(chunk)
        default: break
        }
    }

    private func pixelDensity(_ chunk: PNGChunk) throws(MediaFileError) -> PixelDensity {
        try require(chunk, 9)
        let unit = chunk.payload.bigEndian(UInt8.self, at: 8)
        guard let unit = PixelDensity.Unit(rawValue: unit) else {
            throw malformed(chunk, .value(found: Int(unit), allowed: 0...1))
        }
        return PixelDensity(
            x: chunk.payload.bigEndian(UInt32.self, at: 0),
            y: chunk.payload.bigEndian(UInt32.self, at: 4), unit: unit)
    }
}

// What the parsers of single chunks share.
extension PNGMetadataParser {
    var header: PNGHeader { structure.header }

    /// RGB triples; see ``PNGStructure/palette``.
    var palette: [UInt8] { structure.palette }

    func malformed(_ chunk: PNGChunk, _ defect: MediaFileError.ChunkDefect) -> MediaFileError {
        .malformedChunk(chunk.name.text, defect, offset: chunk.offset)
    }

    func require(_ chunk: PNGChunk, _ length: Int) throws(MediaFileError) {
        guard chunk.payload.count == length else {
            throw malformed(chunk, .length(found: chunk.payload.count, allowed: length...length))
        }
    }

    /// Takes `bytes` off the budget and returns them.
    mutating func spend<Bytes: Collection<UInt8>>(
        _ bytes: Bytes, for chunk: PNGChunk
    ) throws(MediaFileError) -> Bytes {
        guard bytes.count <= budget else { throw overBudget(by: bytes.count, chunk) }
        budget -= bytes.count
        return bytes
    }

    /// Inflates into what is left of the budget.
    mutating func inflate(
        _ bytes: ArraySlice<UInt8>, of chunk: PNGChunk
    ) throws(MediaFileError) -> [UInt8] {
        do throws(Zlib.Failure) {
            let inflated = try Zlib.inflate(bytes, limit: budget)
            budget -= inflated.count
            return inflated
        } catch {
            switch error {
            case .corrupt: throw malformed(chunk, .compression)
            case .limitExceeded: throw overBudget(by: budget + 1, chunk)
            case .outOfMemory: throw .outOfMemory
            }
        }
    }

    /// A keyword of 1 … 79 bytes, the zero that ends it, and the rest of the chunk.
    func splitKeyword(
        _ chunk: PNGChunk
    ) throws(MediaFileError) -> (keyword: String, rest: ArraySlice<UInt8>) {
        guard let end = chunk.payload.firstIndex(of: 0),
            1...PNGKeyword.maximumLength ~= end - chunk.payload.startIndex
        else { throw malformed(chunk, .keyword) }
        let keyword = String(latin1: chunk.payload[..<end])
        return (keyword, chunk.payload[(end + 1)...])
    }

    private func overBudget(by count: Int, _ chunk: PNGChunk) -> MediaFileError {
        .limitExceeded(
            .metadataBytes, requested: allowance - budget + count, allowed: allowance,
            offset: chunk.offset)
    }
}
