internal import BitstreamFormat
internal import ImageCodec
public import Media

/// What a file says about itself; no sample is decoded.
public struct StreamInfo: Sendable {
    public struct ChunkInfo: Sendable, Hashable {
        /// The chunk's letter (SPEC §2).
        public let kind: String
        public let offset: Int
        /// Bytes of the whole chunk.
        public let length: Int
        public let tile: Int?
        public let level: Int?
    }

    public let width: Int
    public let height: Int
    public let format: PixelFormat
    /// Every sample comes back as it was.
    public let isLossless: Bool
    /// How far a colour sample may be from the original, in steps of 8 bits; nil where a model codes colour.
    public let maximumError: Int?
    /// 0 … 63; nil where colour is lossless.
    public let qualityPoint: Int?
    /// Identity of the model that the file needs; nil if it needs none.
    public let modelIdentity: String?
    public let tiles: Int
    public let metadata: ImageMetadata
    /// Metadata that could not be read, in words.
    public let metadataWarnings: [String]
    public let chunks: [ChunkInfo]
    /// Coarsest levels that are complete, 1 … 4.
    public let completeLevels: Int
    /// Where the file ends too early; nil if it is whole.
    public let truncatedAt: Int?

    /// - Parameter maximumMetadataBytes: memory that the metadata may take, unpacked; nil: 64 MiB.
    public init(_ bytes: [UInt8], maximumMetadataBytes: Int? = nil) throws(CodecError) {
        do {
            var limits = DecodingLimits(sampleBytes: .max)
            limits.metadataBytes = maximumMetadataBytes ?? limits.metadataBytes
            let stream = try ImageStream(bytes, limits: limits)
            width = stream.header.width
            height = stream.header.height
            format = stream.format
            isLossless = stream.isExact
            maximumError = stream.maximumError
            if case .lossy(let quality, let model) = stream.header.color {
                qualityPoint = quality
                modelIdentity = model.description
            } else {
                qualityPoint = nil
                modelIdentity = nil
            }
            tiles = stream.header.isLossless ? 1 : stream.tiles.count
            metadata = ImageMetadata(of: stream)
            metadataWarnings = stream.metadataErrors.map(\.description)
            completeLevels = stream.completeLevels
            truncatedAt = stream.truncatedAt
            chunks = try Self.chunks(of: bytes, tiles: stream.tiles.count)
        } catch { throw .bitstream(error) }
    }

    private static func chunks(of bytes: [UInt8], tiles: Int) throws(BitstreamError) -> [ChunkInfo] {
        var reader = try Bitstream.Reader(bytes, ending: .mayBeMissing, limits: DecodingLimits(sampleBytes: .max))
        var chunks = [info(reader.headerChunk, nil)]
        while let chunk = try reader.next() {
            chunks.append(info(chunk, chunk.kind == .level ? try LevelPayload(chunk, tileCount: tiles) : nil))
        }
        return chunks
    }

    private static func info(_ chunk: Chunk, _ level: LevelPayload?) -> ChunkInfo {
        ChunkInfo(
            kind: chunk.kind.description, offset: chunk.offset, length: chunk.bytes.count, tile: level?.tile,
            level: level?.level)
    }
}
