/// How much a file may ask for before a decoder refuses it (SPEC §13).
///
/// Limits are checked against what the file says, before memory is taken.
public struct DecodingLimits: Hashable, Sendable {
    /// What a limit counts; the raw value is its name for people.
    public enum Kind: String, Hashable, Sendable {
        /// Bytes of the picture's samples, one or two each.
        case sampleBytes = "the picture"
        /// Bytes of all metadata, unpacked.
        case metadataBytes = "the metadata"
    }

    /// The most bytes of samples, one or two each; nil for max(96 MiB, 512 × the file's bytes), which
    /// is what photographs of 0.05 bits a pixel and more need.
    public var sampleBytes: Int?

    /// The most bytes of metadata, unpacked, all chunks taken together.
    public var metadataBytes: Int

    /// - Parameter metadataBytes: 64 MiB when left out; a few bytes of a file can ask for 16 MiB.
    public init(sampleBytes: Int? = nil, metadataBytes: Int = 64 << 20) {
        self.sampleBytes = sampleBytes
        self.metadataBytes = metadataBytes
    }

    /// Nothing is refused: for files that are trusted.
    public static let unlimited = DecodingLimits(sampleBytes: .max, metadataBytes: .max)

    func check(_ header: FileHeader, fileBytes: Int, offset: Int) throws(BitstreamError) {
        let allowed = sampleBytes ?? max(96 << 20, 512 * fileBytes)
        guard header.sampleBytes <= allowed else {
            throw .limitExceeded(.sampleBytes, requested: header.sampleBytes, allowed: allowed, offset: offset)
        }
    }
}

/// What is left of ``DecodingLimits/metadataBytes`` while a file is read.
struct MetadataBudget: Sendable {
    private let allowed: Int
    private var used = 0

    init(_ limits: DecodingLimits) {
        allowed = limits.metadataBytes
    }

    /// Takes `count` bytes for the chunk at `offset`.
    mutating func take(_ count: Int, offset: Int) throws(BitstreamError) {
        guard count <= allowed - used else {
            throw .limitExceeded(.metadataBytes, requested: used + count, allowed: allowed, offset: offset)
        }
        used += count
    }
}
