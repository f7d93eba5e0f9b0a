/// What travels beside the samples of a picture and must come out as it went in.
///
/// The fields follow PNG, whose vocabulary is the widest of the formats at hand. None of them is
/// interpreted: a codec carries the values, whoever shows the picture applies them. Several
/// descriptions of colour may be present at once; a reader of the picture then prefers
/// ``codingPoints``, ``colorProfile``, ``renderingIntent`` (that is, sRGB), and ``gamma`` with
/// ``chromaticities``, in this order (PNG, third edition, §4.3).
public struct ImageMetadata: Hashable, Sendable {
    /// The picture's ICC profile.
    public var colorProfile: ColorProfile?

    /// Coding-independent code points (ITU-T H.273), for example for HDR.
    public var codingPoints: CodingPoints?

    /// Present when the picture is declared to be sRGB; says how to map what does not fit.
    public var renderingIntent: RenderingIntent?

    /// Exponent of the file's transfer function, times 100 000: 45 455 means 1/2.2.
    public var gamma: UInt32?

    /// Where the primaries and white lie.
    public var chromaticities: Chromaticities?

    /// EXIF data from its TIFF header on (`II*␀` or `MM␀*`), without the `Exif␀␀` of JPEG files.
    public var exif: [UInt8]?

    /// An XMP packet, UTF-8.
    public var xmp: [UInt8]?

    /// How large a pixel is meant to be.
    public var pixelDensity: PixelDensity?

    /// The colour to show the picture on: one sample for grey formats, three for colour, on the
    /// scale of the picture's own samples.
    public var background: [UInt16]?

    /// Comments, titles and the like, in the order of the file.
    public var text: [TextEntry] = []

    /// No metadata.
    public init() {}

    /// Whether there is nothing to carry.
    public var isEmpty: Bool { self == ImageMetadata() }
}
