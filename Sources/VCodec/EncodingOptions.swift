public import Media

/// What size or quality a file should have.
public enum RateTarget: Sendable, Hashable {
    /// 0 smallest … 100 best; 30 for the web, 60 hard to tell apart.
    case quality(Double)
    /// At most this many bytes, and within 3 % of them where the picture allows.
    case bytes(Int)
    /// Bits per pixel of the whole file, within 3 %, never more.
    case bitsPerPixel(Double)
    /// PSNR over the colour samples in dB, within 3 % where the model reaches it, never less.
    case psnr(Double)
    /// Colour samples off by at most this many steps of 8 bits; 0 is lossless for pictures of 8 bits.
    case maximumError(Int)
    /// Samples come back as they were.
    case lossless
}

/// How a picture is encoded.
public struct EncodingOptions: Sendable {
    public var target: RateTarget = .quality(50)
    /// The model to use; nil: the one inside the program that was trained for ``tune``.
    public var model: Model?
    /// Threads to use; it does not change the bytes.
    public var threads: Int = Threads.standard
    /// How much time to spend on a smaller file. Lossless and nearly lossless files take none of it.
    public var effort = Effort.standard
    /// What lossy files are made good at. ``DistortionMeasure/msSSIM`` works through refinement alone, which effort 0 leaves out.
    public var tune = DistortionMeasure.psnr

    public init() {}
}

/// How a file is decoded.
public struct DecodingOptions: Sendable {
    /// Decode only this many levels of the hierarchy, coarsest first, 1 … 4; nil: all.
    public var levels: Int?
    /// Decode only this rectangle; nil: the whole picture. Tiles outside of it are not looked at.
    public var region: PixelRegion?
    /// The model to use; nil: the one inside the program that the file names.
    public var model: Model?
    public var threads: Int = Threads.standard
    /// Memory that the samples may take; nil: 96 MiB or 512 times the file's size, whichever is more (SPEC §13).
    public var maximumSampleBytes: Int?
    /// Memory that the metadata of a picture may take, unpacked; nil: 64 MiB. What is beyond is left out with a warning.
    public var maximumMetadataBytes: Int?

    public init() {}
}
