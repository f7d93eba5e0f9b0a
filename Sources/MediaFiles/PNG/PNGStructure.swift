import Media

/// A PNG file taken apart: what its chunks are, before any pixel is decoded.
///
/// All chunks are whole, their checksums match, those that pixels depend on are in the right
/// order and of the right length, and the size is one that the compressed data can fill.
struct PNGStructure {
    let header: PNGHeader

    /// RGB triples of an indexed picture, or the suggestion in another; empty without PLTE.
    private(set) var palette: [UInt8] = []

    /// Whether tRNS gives the picture an alpha channel.
    private(set) var hasTransparency = false

    /// The chunks that no pixel depends on, in the order of the file.
    private(set) var ancillary: [PNGChunk] = []

    /// Where the first IDAT is; nil until one was seen.
    private var imageDataOffset: Int?

    /// The payload of all IDAT chunks together.
    private var imageDataCount = 0

    /// Whether the last chunk was IDAT: these must follow each other.
    private var isInImageData = false

    /// What follows IEND, if anything.
    private(set) var trailing: MediaFileError?

    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// Deflate spends at least two bits on 258 bytes.
    static let maximumExpansion = 1032

    init(_ bytes: [UInt8], limits: ReadingLimits) throws(MediaFileError) {
        try Self.checkSignature(bytes)
        var cursor = PNGChunkCursor(bytes, position: Self.signature.count)
        let first = try cursor.next()
        guard first.name == .header else {
            throw .missingChunk(PNGChunkName.header.text, offset: first.offset)
        }
        header = try PNGHeader(first)
        try limits.check(width: header.width, height: header.height, offset: first.offset + 8)

        var chunk = try cursor.next()
        while chunk.name != .end {
            try add(chunk)
            chunk = try cursor.next()
        }
        try checkImageData(end: chunk.offset)
        if cursor.remaining > 0 {
            trailing = .trailingBytes(count: cursor.remaining, offset: cursor.position)
        }
    }

    private static func checkSignature(_ bytes: [UInt8]) throws(MediaFileError) {
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.starts(with: signature.prefix(bytes.count)) else {
            throw .unrecognized(found: Array(bytes.prefix(signature.count)))
        }
        guard bytes.count >= signature.count else {
            throw .truncated(
                .signature, offset: 0, needed: signature.count, available: bytes.count)
        }
    }

    private mutating func add(_ chunk: PNGChunk) throws(MediaFileError) {
        switch chunk.name {
        case .palette: try addPalette(chunk)
        case .transparency: try addTransparency(chunk)
        case .imageData: try addImageData(chunk)
        case .header: throw .misplacedChunk(chunk.name.text, offset: chunk.offset)
        case let name where !name.isAncillary:
            throw .unknownCriticalChunk(name.text, offset: chunk.offset)
        default: ancillary.append(chunk)
        }
        isInImageData = chunk.name == .imageData
    }

    private mutating func addPalette(_ chunk: PNGChunk) throws(MediaFileError) {
        guard palette.isEmpty, !hasTransparency, imageDataOffset == nil else {
            throw .misplacedChunk(chunk.name.text, offset: chunk.offset)
        }
        guard chunk.payload.count.isMultiple(of: 3) else {
            throw .malformedChunk(
                chunk.name.text, .partialEntry(length: chunk.payload.count, entry: 3),
                offset: chunk.offset)
        }
        let entries = header.colorType == .indexed ? 1 << header.bitDepth : 256
        try Self.require(chunk, 3...3 * entries)
        palette = Array(chunk.payload)
    }

    private mutating func addTransparency(_ chunk: PNGChunk) throws(MediaFileError) {
        guard !hasTransparency, imageDataOffset == nil else {
            throw .misplacedChunk(chunk.name.text, offset: chunk.offset)
        }
        switch header.colorType {
        case .grey: try Self.require(chunk, 2...2)
        case .rgb: try Self.require(chunk, 6...6)
        case .indexed:
            try requirePalette(at: chunk.offset)
            try Self.require(chunk, 1...palette.count / 3)
        case .greyAlpha, .rgba: throw .misplacedChunk(chunk.name.text, offset: chunk.offset)
        }
        hasTransparency = true
    }

    private mutating func addImageData(_ chunk: PNGChunk) throws(MediaFileError) {
        if header.colorType == .indexed { try requirePalette(at: chunk.offset) }
        guard isInImageData || imageDataOffset == nil else {
            throw .misplacedChunk(chunk.name.text, offset: chunk.offset)
        }
        imageDataOffset = imageDataOffset ?? chunk.offset
        imageDataCount += chunk.payload.count
    }

    private func requirePalette(at offset: Int) throws(MediaFileError) {
        guard !palette.isEmpty else {
            throw .missingChunk(PNGChunkName.palette.text, offset: offset)
        }
    }

    private func checkImageData(end: Int) throws(MediaFileError) {
        guard let offset = imageDataOffset else {
            throw .missingChunk(PNGChunkName.imageData.text, offset: end)
        }
        let possible = imageDataCount * Self.maximumExpansion
        guard header.filteredByteCount <= possible else {
            throw .implausibleSize(
                needed: header.filteredByteCount, possible: possible, offset: offset)
        }
    }

    private static func require(
        _ chunk: PNGChunk, _ allowed: ClosedRange<Int>
    ) throws(MediaFileError) {
        guard allowed ~= chunk.payload.count else {
            throw .malformedChunk(
                chunk.name.text, .length(found: chunk.payload.count, allowed: allowed),
                offset: chunk.offset)
        }
    }
}
