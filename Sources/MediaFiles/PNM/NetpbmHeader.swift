import Media

/// What a Netpbm file says before its samples.
struct NetpbmHeader: Equatable {
    /// How samples are written down.
    enum Encoding {
        /// Decimal numbers.
        case plain
        /// One or two bytes each, highest first.
        case raw
        /// Digits 0 and 1, of which 1 is black.
        case plainBits
        /// Eight to a byte, rows starting on a byte; 1 is black.
        case packedBits
    }

    var width: Int
    var height: Int
    var channels: PixelFormat.Channels

    /// The largest sample value, 1 … 65 535: what white is written as.
    var maximum: Int
    var encoding: Encoding

    static let sides = 1...0x7FFF_FFFF
    static let maxima = 1...0xFFFF

    /// Reads the header and leaves `cursor`, which is at its start, at the first sample.
    ///
    /// - Precondition: the file starts with `P1` … `P7`.
    init(_ cursor: inout NetpbmCursor) throws(MediaFileError) {
        switch cursor.take(2).last {
        case UInt8(ascii: "1"): try self.init(&cursor, .grey, .plainBits)
        case UInt8(ascii: "2"): try self.init(&cursor, .grey, .plain)
        case UInt8(ascii: "3"): try self.init(&cursor, .rgb, .plain)
        case UInt8(ascii: "4"): try self.init(&cursor, .grey, .packedBits)
        case UInt8(ascii: "5"): try self.init(&cursor, .grey, .raw)
        case UInt8(ascii: "6"): try self.init(&cursor, .rgb, .raw)
        default: try self.init(pam: &cursor)
        }
    }

    init(
        width: Int, height: Int, channels: PixelFormat.Channels, maximum: Int, encoding: Encoding
    ) {
        self.width = width
        self.height = height
        self.channels = channels
        self.maximum = maximum
        self.encoding = encoding
    }

    private init(
        _ cursor: inout NetpbmCursor, _ channels: PixelFormat.Channels, _ encoding: Encoding
    ) throws(MediaFileError) {
        width = try cursor.number(.width, in: Self.sides)
        height = try cursor.number(.height, in: Self.sides)
        let hasMaximum = encoding == .plain || encoding == .raw
        maximum = hasMaximum ? try cursor.number(.maximum, in: Self.maxima) : 1
        self.channels = channels
        self.encoding = encoding
    }

    /// What the samples become: 8 bits where those are enough for the largest value.
    var format: PixelFormat { PixelFormat(channels, maximum <= 0xFF ? .eight : .sixteen) }

    /// Bits that the largest value takes.
    var significantBits: Int { Int.bitWidth - maximum.leadingZeroBitCount }

    /// Samples of the whole picture; exact once the limits on its size have been checked.
    var sampleCount: Int { width * height * channels.count }

    /// The least number of bytes that so many samples take.
    var minimumRasterLength: Int {
        switch encoding {
        case .plain: 2 * sampleCount - 1
        case .raw: sampleCount * (maximum <= 0xFF ? 1 : 2)
        case .plainBits: sampleCount
        case .packedBits: height * ((width + 7) / 8)
        }
    }
}
