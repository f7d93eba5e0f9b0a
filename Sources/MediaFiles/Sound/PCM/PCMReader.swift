import Media

/// Reads uncompressed samples from where a source stands, up to a number of bytes or to its end.
struct PCMReader {
    let layout: SampleLayout
    private let source: ByteSource

    /// Bytes that are left; nil when the source's end will tell.
    private var remaining: Int?

    /// The bytes at the end that are no whole frame, once the end was reached.
    private(set) var partialFrame: MediaFileError?

    init(_ source: ByteSource, layout: SampleLayout, byteCount: Int?) {
        self.source = source
        self.layout = layout
        remaining = byteCount
    }

    /// The next frames, fewer only at the end; nil there.
    mutating func read(frames: Int) throws(MediaFileError) -> AudioBuffer? {
        let wanted = frames * layout.bytesPerFrame
        let bytes = try source.read(min(wanted, remaining ?? wanted))
        remaining = remaining.map { $0 - bytes.count }
        let partial = bytes.count % layout.bytesPerFrame
        if partial > 0 {
            partialFrame = .partialFrame(
                count: partial, frameLength: layout.bytesPerFrame, offset: source.position - partial)
        }
        return bytes.count == partial ? nil : layout.decode(bytes)
    }
}
