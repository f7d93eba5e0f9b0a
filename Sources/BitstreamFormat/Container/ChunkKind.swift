/// What a chunk is: an ASCII letter, upper case where the file cannot be decoded without it (SPEC §2).
public struct ChunkKind: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8

    /// Nil for a byte that is not an ASCII letter.
    public init?(rawValue: UInt8) {
        switch rawValue {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): self.rawValue = rawValue
        default: return nil
        }
    }

    private init(_ letter: Unicode.Scalar) {
        rawValue = UInt8(ascii: letter)
    }

    /// A reader that does not know a critical chunk refuses the file; others it skips.
    public var isCritical: Bool { rawValue <= UInt8(ascii: "Z") }

    /// The header (SPEC §3, §17.2).
    public static let header = ChunkKind("H")
    /// A level of a tile (SPEC §10).
    public static let level = ChunkKind("L")
    /// A plane of samples (SPEC §6.3).
    public static let plane = ChunkKind("P")
    /// Colour sample by sample (SPEC §14).
    public static let samples = ChunkKind("S")
    /// An ICC profile and its name (SPEC §4).
    public static let colorProfile = ChunkKind("c")
    /// EXIF (SPEC §4).
    public static let exif = ChunkKind("x")
    /// An XMP packet (SPEC §4).
    public static let xmp = ChunkKind("p")
    /// A text entry, the one kind of metadata that may be there more than once (SPEC §4).
    public static let text = ChunkKind("t")
    /// What colours mean, as numbers (SPEC §4).
    public static let colorValues = ChunkKind("g")
    /// Pixel density (SPEC §4).
    public static let pixelDensity = ChunkKind("d")
    /// Which channel is heard where (SPEC §17.2).
    public static let speakers = ChunkKind("s")
    /// A chunk of a RIFF file, as it was (SPEC §17.2).
    public static let riffChunk = ChunkKind("r")
    /// A block of sound (SPEC §17.3).
    public static let block = ChunkKind("B")
    /// The end of a sound file: where its blocks are (SPEC §17.5).
    public static let end = ChunkKind("E")
}

extension ChunkKind: CustomStringConvertible {
    /// The letter.
    public var description: String { String(Unicode.Scalar(rawValue)) }
}
