internal import IntegerKernels
public import Media

extension AudioEncoder {
    /// Encodes a whole sound on a thread of its own; the bytes are those of the function without `async`.
    ///
    /// Cancelling the task ends the work within a second or so.
    ///
    /// - Parameters:
    ///   - sound: all of it.
    ///   - metadata: what travels beside the samples.
    ///   - options: how it is encoded.
    ///   - progress: called with the part that is done, more of it every time and 1 at the end, from one thread at a time,
    ///     none of them the caller's.
    /// - Throws: ``CodecError/invalidOption(name:value:allowed:)`` for a quality or bit rate that there is not, and
    ///   ``CodecError/cancelled`` when the task is cancelled.
    public static func encode(
        _ sound: AudioBuffer, metadata: AudioMetadata = .init(), options: AudioEncodingOptions = .init(),
        progress: (@Sendable (Double) -> Void)? = nil
    ) async throws(CodecError) -> [UInt8] {
        try options.check()
        return try await BlockingWork.run(progress: progress) { monitor throws(CodecError) in
            var encoder = AudioEncoder(
                format: sound.format, metadata: metadata, options: options, watch: monitor.watch())
            var bytes: [UInt8] = []
            for start in stride(from: 0, to: sound.frameCount, by: Self.pieceFrames) {
                let end = min(start + Self.pieceFrames, sound.frameCount)
                bytes += encoder.append(sound[start..<end])
                try monitor.check()
                // Some of it still waits to be coded.
                monitor.report(0.9 * Double(end) / Double(sound.frameCount))
            }
            bytes += encoder.finish()
            try monitor.check()
            monitor.report(1)
            return bytes
        }
    }

    /// A second or so.
    private static let pieceFrames = 1 << 16
}

extension AudioDecoder {
    /// Decodes a file in memory on a thread of its own: all buffers, and the decoder that knows the rest about it.
    ///
    /// Cancelling the task ends the work within a second or so.
    ///
    /// - Parameters:
    ///   - file: its bytes.
    ///   - options: threads and limits.
    ///   - progress: called with the part that is done, more of it every time and 1 at the end, from one thread at a time,
    ///     none of them the caller's.
    /// - Throws: also ``CodecError/cancelled``, when the task is cancelled.
    public static func decode(
        _ file: [UInt8], options: DecodingOptions = .init(), progress: (@Sendable (Double) -> Void)? = nil
    ) async throws(CodecError) -> (buffers: [AudioBuffer], decoder: AudioDecoder) {
        try await BlockingWork.run(progress: progress) { monitor throws(CodecError) in
            var decoder = AudioDecoder(options: options)
            decoder.append(file)
            decoder.finish()
            var buffers: [AudioBuffer] = []
            while let buffer = try decoder.next() {
                buffers.append(buffer)
                try monitor.check()
                monitor.report(Double(decoder.offset) / Double(max(1, file.count)))
            }
            monitor.report(1)
            return (buffers, decoder)
        }
    }
}
