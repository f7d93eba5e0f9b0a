/// What may be in a file at most once (SPEC §2).
public enum ChunkIdentity: Hashable, Sendable {
    /// The header.
    case header
    /// A plane by its index: 0 … 2 colour, 3 alpha.
    case plane(Int)
    /// Colour sample by sample.
    case samples
    case block(Int)
    case end
    /// A level of a tile: 3 is the coarsest, 0 the finest; tiles in raster order from 0.
    case level(Int, tile: Int)
    /// Metadata of a kind other than text.
    case metadata(ChunkKind)
}

extension ChunkIdentity: CustomStringConvertible {
    /// For people, for example `level 3 of tile 0`.
    public var description: String {
        switch self {
        case .header: "the header"
        case .plane(let index): "plane \(index)"
        case .samples: "the samples"
        case .block(let index): "block \(index)"
        case .end: "the end"
        case .level(let level, let tile): "level \(level) of tile \(tile)"
        case .metadata(let kind): "the metadata chunk \(kind)"
        }
    }
}
