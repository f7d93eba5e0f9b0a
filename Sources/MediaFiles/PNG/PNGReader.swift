import Media

/// Reads PNG files: every colour type, bit depth and interlacing, with their metadata.
///
/// Palettes become RGB or RGBA of 8 bits, tRNS becomes alpha, greys of 1, 2 and 4 bits are scaled
/// to 8 (``ImageBuffer/significantBits`` remembers). Reading is strict about everything that
/// pixels depend on and about every checksum; damaged metadata become warnings. Indices beyond
/// the palette are black, as in browsers. Of an animation, the default picture is read.
public struct PNGReader: Sendable {
    private let limits: ReadingLimits

    public init(limits: ReadingLimits = ReadingLimits()) {
        self.limits = limits
    }

    /// Decodes a whole file.
    ///
    /// Memory: the samples, two bytes each, are taken after the header has been compared with
    /// the limits and with the amount of compressed data.
    public func read(_ bytes: [UInt8]) throws(MediaFileError) -> ImageFile {
        let structure = try PNGStructure(bytes, limits: limits)
        let header = structure.header
        let format = header.expandedFormat(hasTransparency: structure.hasTransparency)
        var parser = PNGMetadataParser(structure, limits: limits)
        try parser.parseAll()
        let samples = try PNGPixels.decode(
            bytes, width: header.width, height: header.height, format: format)
        let image = ImageBuffer(
            width: header.width, height: header.height, format: format,
            significantBits: parser.significantBits, samples: samples)
        return ImageFile(
            image: image, metadata: parser.metadata,
            warnings: parser.warnings + (structure.trailing.map { [$0] } ?? []))
    }
}
