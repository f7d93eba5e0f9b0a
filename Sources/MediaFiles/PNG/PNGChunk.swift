/// A chunk of a PNG file, in place in the file's bytes.
struct PNGChunk {
    let name: PNGChunkName

    /// Where the chunk's length field is in the file.
    let offset: Int

    let payload: ArraySlice<UInt8>

    /// Bytes of a chunk without payload: length, name and checksum.
    static let overhead = 12

    /// The largest length that PNG allows.
    static let maximumLength = 0x7FFF_FFFF
}

/// The four letters of a chunk.
struct PNGChunkName: Hashable {
    /// The letters, the first one in the highest byte.
    let rawValue: UInt32

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    init(_ letters: StaticString) {
        precondition(letters.utf8CodeUnitCount == 4)
        rawValue = String(describing: letters).utf8.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Whether a reader that does not know the chunk may skip it (the first letter is small).
    var isAncillary: Bool { rawValue & 0x2000_0000 != 0 }

    var text: String {
        String(latin1: (0..<4).map { UInt8(truncatingIfNeeded: rawValue >> (24 - 8 * $0)) })
    }

    static let header = PNGChunkName("IHDR")
    static let palette = PNGChunkName("PLTE")
    static let transparency = PNGChunkName("tRNS")
    static let imageData = PNGChunkName("IDAT")
    static let end = PNGChunkName("IEND")

    static let colorProfile = PNGChunkName("iCCP")
    static let codingPoints = PNGChunkName("cICP")
    static let renderingIntent = PNGChunkName("sRGB")
    static let gamma = PNGChunkName("gAMA")
    static let chromaticities = PNGChunkName("cHRM")
    static let significantBits = PNGChunkName("sBIT")
    static let background = PNGChunkName("bKGD")
    static let exif = PNGChunkName("eXIf")
    static let pixelDensity = PNGChunkName("pHYs")
    static let plainText = PNGChunkName("tEXt")
    static let compressedText = PNGChunkName("zTXt")
    static let internationalText = PNGChunkName("iTXt")
}
