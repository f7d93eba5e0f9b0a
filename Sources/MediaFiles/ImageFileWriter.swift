public import Media

/// Writes a picture in a chosen format.
///
///     let kind = try ImageFileKind(fileName: "photo.png")
///     let bytes = try ImageFileWriter(kind).write(image, metadata: metadata)
public struct ImageFileWriter: Sendable {
    private let kind: ImageFileKind

    public init(_ kind: ImageFileKind) {
        self.kind = kind
    }

    /// The bytes of a file with this picture. Netpbm formats have no place for metadata and
    /// leave them out.
    public func write(
        _ image: ImageBuffer, metadata: ImageMetadata = ImageMetadata()
    ) throws(MediaFileError) -> [UInt8] {
        switch kind {
        case .png: try PNGWriter().write(image, metadata: metadata)
        case .netpbm(let format): try PNMWriter(format).write(image)
        }
    }
}
