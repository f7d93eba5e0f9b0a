import Media

/// Reads files that are nothing but samples.
final class RawDecoder: SoundDecoder {
    let declaredFrames: Int?
    let metadata = AudioMetadata()
    private var samples: PCMReader

    init(_ source: ByteSource, layout: SampleLayout) {
        declaredFrames = source.length.map { $0 / layout.bytesPerFrame }
        samples = PCMReader(source, layout: layout, byteCount: nil)
    }

    var format: AudioFormat { samples.layout.format }
    var warnings: [MediaFileError] { samples.partialFrame.map { [$0] } ?? [] }

    func read(frames: Int) throws(MediaFileError) -> AudioBuffer? {
        try samples.read(frames: frames)
    }
}

/// Writes files that are nothing but samples. The inverse of `RawDecoder`.
final class RawEncoder: SoundEncoder {
    private let sink: ByteSink
    private let layout: SampleLayout

    init(_ sink: ByteSink, layout: SampleLayout) {
        self.sink = sink
        self.layout = layout
    }

    func write(_ buffer: AudioBuffer) throws(MediaFileError) {
        try sink.write(layout.encode(buffer))
    }

    func finish() {
        sink.finish()
    }
}
