/// A picture in memory: a rectangle of interleaved samples and what they mean.
///
/// Rows run from top to bottom, pixels from left to right, the channels of a pixel side by side:
///
///     samples:  [ row 0: [ pixel 0: [c0 c1 …]  pixel 1: [c0 c1 …]  … ]  row 1: …  ]
///     index of (x, y, channel) = (y · width + x) · channels + channel
///
/// with `0 ≤ x < width`, `0 ≤ y < height`, `0 ≤ channel < channels`. There is no padding between
/// rows. A sample is at most `format.bitDepth.maximumSample`, whatever ``significantBits`` says:
/// pictures of fewer bits are scaled up to the full range, so that white is always
/// `maximumSample`. Colour is not premultiplied by alpha and no transfer function is applied or
/// assumed; that is what ``ImageMetadata`` is for.
///
/// A buffer is immutable: make the samples, then the buffer.
public struct ImageBuffer: Hashable, Sendable {
    /// Pixels per row, at least 1.
    public let width: Int

    /// Rows, at least 1.
    public let height: Int

    /// The channels and the range of every sample.
    public let format: PixelFormat

    /// How many bits of a sample carry information: 1 … `format.bitDepth.bits`.
    ///
    /// A one-bit scan is held as 8-bit samples 0 and 255 with one significant bit. The number
    /// is what the source declared (for the widest of its channels); it is not measured.
    public let significantBits: Int

    /// `[height][width][channels]`, each in `0 ... format.bitDepth.maximumSample`.
    public let samples: [UInt16]

    /// Makes a picture of samples that the program has computed.
    ///
    /// - Parameters:
    ///   - significantBits: all bits of the format when left out.
    ///   - samples: `[height][width][channels]`.
    /// - Precondition: `width` and `height` are at least 1, `samples` has
    ///   `width * height * format.channels.count` elements, none above the format's maximum.
    /// - Complexity: O(samples), to check their range.
    public init(
        width: Int, height: Int, format: PixelFormat, significantBits: Int? = nil,
        samples: [UInt16]
    ) {
        precondition(width > 0 && height > 0, "a picture has at least one pixel")
        precondition(
            samples.count == width * height * format.channels.count,
            "as many samples as the picture's size asks for")
        precondition(
            format.bitDepth == .sixteen || samples.reduce(0, |) <= 0xFF,
            "8-bit samples are below 256")
        let significantBits = significantBits ?? format.bitDepth.bits
        precondition(
            1...format.bitDepth.bits ~= significantBits, "significant bits fit the samples")
        self.width = width
        self.height = height
        self.format = format
        self.significantBits = significantBits
        self.samples = samples
    }

    /// Pixels in the picture: `width * height`.
    public var pixelCount: Int { width * height }

    /// One sample; for single look-ups and tests, not for loops over the picture.
    public subscript(x: Int, y: Int, channel: Int) -> UInt16 {
        precondition(0..<width ~= x && 0..<height ~= y && 0..<format.channels.count ~= channel)
        return samples[(y * width + x) * format.channels.count + channel]
    }
}
