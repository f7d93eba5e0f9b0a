public import Media

/// What a reader found in an image file.
public struct ImageFile: Hashable, Sendable {
    public var image: ImageBuffer
    public var metadata: ImageMetadata

    /// What was wrong without harm to the picture: a text that could not be read, bytes after
    /// the end. A tool shows these and goes on.
    public var warnings: [MediaFileError]

    public init(
        image: ImageBuffer, metadata: ImageMetadata = ImageMetadata(),
        warnings: [MediaFileError] = []
    ) {
        self.image = image
        self.metadata = metadata
        self.warnings = warnings
    }
}
