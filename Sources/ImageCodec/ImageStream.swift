package import BitstreamFormat
internal import EntropyCoding
package import Media

/// Everything that a file holds, read but not yet decoded.
package struct ImageStream: Sendable {
    package let header: FileHeader
    package let metadata: [MetadataPayload]
    /// Metadata that could not be understood; the picture can.
    package let metadataErrors: [BitstreamError]
    /// Where the file ends too early; nil if it is whole.
    package let truncatedAt: Int?
    /// Coarsest levels that every tile has, 1 … 4; 4 for lossless colour.
    package let completeLevels: Int
    let planes: [Int: Located<PlanePayload.Content>]
    let samples: Located<SamplesPayload>?
    let levels: [LevelKey: Located<LevelPayload>]

    struct LevelKey: Hashable {
        let tile: Int
        let level: Int
    }

    /// Something read, and the offset of its chunk, which errors found later name.
    struct Located<Value: Sendable>: Sendable {
        let value: Value
        let offset: Int
    }

    package var format: PixelFormat {
        PixelFormat(PixelFormat.Channels(rawValue: UInt8(header.channels))!, header.bitDepth == 8 ? .eight : .sixteen)
    }

    /// How far a colour sample may be from the original, in steps of 8 bits; 0 for exact ones, nil for levels.
    package var maximumError: Int? { header.isLossless ? samples.map { $0.value.step / 2 } ?? 0 : nil }

    /// Whether every sample is what it was.
    package var isExact: Bool { maximumError == 0 }

    /// Rows that are coded sample by sample, of all planes.
    package var codedRows: Int { header.height * (planes.count + (samples == nil ? 0 : 1)) }

    package var tiles: TileGrid { TileGrid(width: header.width, height: header.height) }

    /// Reads a file; one that ends early is accepted as SPEC §12 says.
    package init(_ file: [UInt8], limits: DecodingLimits) throws(BitstreamError) {
        var reader = try Bitstream.Reader(file, ending: .mayBeMissing, limits: limits)
        let header = reader.header
        let tiles = TileGrid(width: header.width, height: header.height).count
        var planes: [Int: Located<PlanePayload.Content>] = [:], levels: [LevelKey: Located<LevelPayload>] = [:]
        var samples: Located<SamplesPayload>?
        var metadata: [MetadataPayload] = [], metadataErrors: [BitstreamError] = []
        while let chunk = try reader.next() {
            switch chunk.kind {
            case .plane:
                let payload = try PlanePayload(chunk, bitDepth: header.bitDepth)
                if case .samples = payload.content { try Self.checkWidth(header, chunk) }
                planes[payload.index] = Located(value: payload.content, offset: chunk.offset)
            case .samples:
                try Self.checkWidth(header, chunk)
                samples = Located(value: try SamplesPayload(chunk), offset: chunk.offset)
            case .level:
                let payload = try LevelPayload(chunk, tileCount: tiles)
                let key = LevelKey(tile: payload.tile, level: payload.level)
                levels[key] = Located(value: payload, offset: chunk.offset)
            default:
                do {
                    if let item = try reader.metadata(in: chunk) { metadata.append(item) }
                } catch { metadataErrors.append(error) }
            }
        }
        for index in header.planeIndices where index == PlanePayload.alphaIndex || samples == nil {
            try reader.require(.plane(index))
        }
        if !header.isLossless {
            for tile in 0..<tiles { try reader.require(.level(3, tile: tile)) }
        }
        self.header = header
        self.metadata = metadata
        self.metadataErrors = metadataErrors
        self.planes = planes
        self.samples = samples
        self.levels = levels
        completeLevels = header.isLossless ? 4 : Self.completeLevels(levels, tiles: tiles)
        truncatedAt = reader.truncation != nil || completeLevels < 4 ? reader.offset : nil
    }

    /// Sample coding takes memory in proportion to the width.
    private static func checkWidth(_ header: FileHeader, _ chunk: Chunk) throws(BitstreamError) {
        let allowed = 1...SamplesPayload.maximumWidth
        guard allowed ~= header.width else {
            throw .invalidField(name: "width of samples", value: header.width, allowed: allowed, offset: chunk.offset)
        }
    }

    /// How many levels, from the coarsest, no tile lacks.
    private static func completeLevels(_ levels: [LevelKey: Located<LevelPayload>], tiles: Int) -> Int {
        (0..<4).first { count in
            (0..<tiles).contains { levels[LevelKey(tile: $0, level: 3 - count)] == nil }
        } ?? 4
    }
}
