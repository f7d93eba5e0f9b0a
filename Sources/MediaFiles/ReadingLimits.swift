/// How much a file may ask for before a reader refuses it.
///
/// Limits are checked against the header, before memory is taken. Apart from them, a PNG's size
/// must be within what its compressed data can expand to, and a PNM's within the bytes that follow.
public struct ReadingLimits: Hashable, Sendable {
    /// What a limit counts.
    public enum Kind: String, Hashable, Sendable {
        case width
        case height
        case pixels
        case metadataBytes = "bytes of metadata"
    }

    /// The largest width and the largest height. By default 65 535.
    public var maximumSide = 65_535

    /// The largest product of width and height. By default 2²⁸; at four channels that is 2 GiB.
    /// Values above 2⁴⁰ count as that, so that no number of bytes overflows.
    public var maximumPixels = 1 << 28

    /// The most bytes of profiles, EXIF, XMP and text together, after decompression.
    /// By default 64 MiB.
    public var maximumMetadataBytes = 1 << 26

    public init() {}
}

extension ReadingLimits {
    /// Checks a picture's size; `offset` is where the file states it.
    ///
    /// - Precondition: both sides are at least 1 and below 2³¹, so that their product is exact.
    func check(width: Int, height: Int, offset: Int) throws(MediaFileError) {
        try check(.width, width, maximumSide, offset)
        try check(.height, height, maximumSide, offset)
        try check(.pixels, width * height, min(maximumPixels, 1 << 40), offset)
    }

    private func check(
        _ kind: Kind, _ requested: Int, _ allowed: Int, _ offset: Int
    ) throws(MediaFileError) {
        guard requested <= allowed else {
            throw .limitExceeded(kind, requested: requested, allowed: allowed, offset: offset)
        }
    }
}
