import Media

/// Reads an image file of any format that is known here.
///
///     let file = try ImageFileReader().read(bytes)
///     file.image.samples      // [height][width][channels]
public struct ImageFileReader: Sendable {
    private let limits: ReadingLimits

    public init(limits: ReadingLimits = ReadingLimits()) {
        self.limits = limits
    }

    /// Recognises the format by content and decodes the whole file.
    public func read(_ bytes: [UInt8]) throws(MediaFileError) -> ImageFile {
        switch try ImageFileKind(recognizing: bytes) {
        case .png: try PNGReader(limits: limits).read(bytes)
        case .netpbm: try PNMReader(limits: limits).read(bytes)
        }
    }
}
