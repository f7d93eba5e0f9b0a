import Media

/// IHDR: the size of a picture and how its samples are stored.
struct PNGHeader {
    /// How a pixel is stored; raw values as in the file.
    enum ColorType: UInt8 {
        case grey = 0
        case rgb = 2
        case indexed = 3
        case greyAlpha = 4
        case rgba = 6

        /// Samples per stored pixel.
        var sampleCount: Int {
            switch self {
            case .grey, .indexed: 1
            case .greyAlpha: 2
            case .rgb: 3
            case .rgba: 4
            }
        }

        /// Bits per sample that may go with this type.
        var bitDepths: Set<UInt8> {
            switch self {
            case .grey: [1, 2, 4, 8, 16]
            case .indexed: [1, 2, 4, 8]
            case .rgb, .greyAlpha, .rgba: [8, 16]
            }
        }
    }

    let width: Int
    let height: Int
    let colorType: ColorType

    /// Bits per stored sample, or per palette index: 1, 2, 4, 8 or 16.
    let bitDepth: Int
    let isInterlaced: Bool

    static let length = 13

    init(_ chunk: PNGChunk) throws(MediaFileError) {
        guard chunk.payload.count == Self.length else {
            throw .malformedChunk(
                chunk.name.text,
                .length(found: chunk.payload.count, allowed: Self.length...Self.length),
                offset: chunk.offset)
        }
        let start = chunk.offset + 8
        let bytes = Array(chunk.payload)
        width = try Self.side(.width, chunk.payload, at: 0, offset: start)
        height = try Self.side(.height, chunk.payload, at: 4, offset: start)
        guard let colorType = ColorType(rawValue: bytes[9]), colorType.bitDepths.contains(bytes[8])
        else {
            throw .unsupportedPixelFormat(
                colorType: bytes[9], bitDepth: bytes[8], offset: start + 8)
        }
        self.colorType = colorType
        bitDepth = Int(bytes[8])
        try Self.check(.compressionMethod, bytes[10], 0...0, offset: start + 10)
        try Self.check(.filterMethod, bytes[11], 0...0, offset: start + 11)
        try Self.check(.interlaceMethod, bytes[12], 0...1, offset: start + 12)
        isInterlaced = bytes[12] == 1
    }

    private static func side(
        _ part: MediaFileError.Part, _ bytes: ArraySlice<UInt8>, at position: Int, offset: Int
    ) throws(MediaFileError) -> Int {
        let side = Int(bytes.bigEndian(UInt32.self, at: position))
        guard 1...PNGChunk.maximumLength ~= side else {
            throw .valueOutOfRange(
                part, found: side, allowed: 1...PNGChunk.maximumLength, offset: offset + position)
        }
        return side
    }

    private static func check(
        _ part: MediaFileError.Part, _ value: UInt8, _ allowed: ClosedRange<Int>, offset: Int
    ) throws(MediaFileError) {
        guard allowed ~= Int(value) else {
            throw .valueOutOfRange(part, found: Int(value), allowed: allowed, offset: offset)
        }
    }
}

extension PNGHeader {
    /// What the stored pixels expand to: palettes to colours, tRNS to alpha, small greys to 8 bits.
    func expandedFormat(hasTransparency: Bool) -> PixelFormat {
        let depth: PixelFormat.BitDepth = bitDepth == 16 ? .sixteen : .eight
        switch colorType {
        case .grey: return PixelFormat(hasTransparency ? .greyAlpha : .grey, depth)
        case .rgb, .indexed: return PixelFormat(hasTransparency ? .rgba : .rgb, depth)
        case .greyAlpha: return PixelFormat(.greyAlpha, depth)
        case .rgba: return PixelFormat(.rgba, depth)
        }
    }

    /// Bytes that the compressed data must inflate to: every row and its filter byte, in all
    /// seven passes when interlaced.
    var filteredByteCount: Int {
        guard isInterlaced else { return Self.byteCount(width, height, bitsPerPixel) }
        return Self.passes.reduce(0) { sum, pass in
            let columns = (width - pass.x + pass.dx - 1) / pass.dx
            let rows = (height - pass.y + pass.dy - 1) / pass.dy
            return sum + Self.byteCount(columns, rows, bitsPerPixel)
        }
    }

    private var bitsPerPixel: Int { colorType.sampleCount * bitDepth }

    /// Adam7: first pixel of each pass and the distance to the next.
    private static let passes: [(x: Int, y: Int, dx: Int, dy: Int)] = [
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
        (0, 1, 1, 2),
    ]

    private static func byteCount(_ columns: Int, _ rows: Int, _ bitsPerPixel: Int) -> Int {
        columns <= 0 || rows <= 0 ? 0 : rows * (1 + (columns * bitsPerPixel + 7) / 8)
    }
}
