public import Media

extension ImageEncoder {
    /// Encodes a picture on a thread of its own; the bytes are those of the function without `async`.
    ///
    /// Cancelling the task ends the work, for a picture of a megapixel within a second.
    ///
    /// - Parameters:
    ///   - image: with sides of 1 … 2²⁴.
    ///   - metadata: what travels beside the samples.
    ///   - progress: called with the part that is done, more of it every time and 1 at the end, from one thread at a time,
    ///     none of them the caller's.
    /// - Throws: also ``CodecError/cancelled``, when the task is cancelled.
    public func encode(
        _ image: ImageBuffer, metadata: ImageMetadata = .init(), progress: (@Sendable (Double) -> Void)? = nil
    ) async throws(CodecError) -> EncodedImage {
        try await BlockingWork.run(progress: progress) { monitor throws(CodecError) in
            try encode(image, metadata: metadata, monitor)
        }
    }
}

extension ImageDecoder {
    /// Decodes a file, or as much of it as is there, on a thread of its own; `ImageBuffer.copy(to:layout:)` brings the
    /// samples to memory of the caller's.
    ///
    /// Cancelling the task ends the work, for a picture of a megapixel within a second.
    ///
    /// - Parameters:
    ///   - bytes: the file.
    ///   - progress: called with the part that is done, more of it every time and 1 at the end, from one thread at a time,
    ///     none of them the caller's.
    /// - Throws: also ``CodecError/cancelled``, when the task is cancelled.
    public func decode(
        _ bytes: [UInt8], progress: (@Sendable (Double) -> Void)? = nil
    ) async throws(CodecError) -> DecodedImage {
        try await BlockingWork.run(progress: progress) { monitor throws(CodecError) in try decode(bytes, monitor) }
    }
}
