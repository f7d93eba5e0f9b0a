import Media

/// Reads WAV and RF64 files of uncompressed samples, from a file or a pipe alike.
///
/// Why not through libsndfile: it needs to seek, it does not tell that a file was cut short, and it
/// knows neither all tags nor the other chunks.
final class WAVDecoder: SoundDecoder {
    private let dataLength: Int?
    private let source: ByteSource
    private var samples: PCMReader
    private var metadataReader: WAVMetadataReader

    /// Whether the chunks behind the samples are still to be read.
    private var hasTrailer: Bool

    /// - Returns: nil, with the source as it was, when samples are compressed or big-endian.
    /// - Throws: ``MediaFileError/needsSeeking(_:)`` when that is so and the source is a pipe.
    init?(_ source: ByteSource, limits: ReadingLimits) throws(MediaFileError) {
        self.source = source
        metadataReader = WAVMetadataReader(limits)
        guard try !source.peek(4).starts(with: "RIFX".utf8) else { return nil }
        guard let header = try WAVHeader(source, &metadataReader) else {
            guard source.isSeekable else { throw .needsSeeking(.wav) }
            source.seek(to: 0)
            return nil
        }
        let layout = header.format.layout
        metadataReader.keep(speakers: header.format.speakers)
        dataLength = header.dataLength
        samples = PCMReader(source, layout: layout, byteCount: header.dataLength)
        hasTrailer = header.dataLength != nil
        if let length = header.dataLength, source.isSeekable {
            let start = source.position
            try readTrailer(after: length)
            source.seek(to: start)
        }
    }

    var format: AudioFormat { samples.layout.format }
    var declaredFrames: Int? { dataLength.map { $0 / samples.layout.bytesPerFrame } }
    var metadata: AudioMetadata { metadataReader.metadata }
    var warnings: [MediaFileError] { metadataReader.warnings + (samples.partialFrame.map { [$0] } ?? []) }

    func read(frames: Int) throws(MediaFileError) -> AudioBuffer? {
        if let buffer = try samples.read(frames: frames) { return buffer }
        if hasTrailer { try readTrailer(after: 0) }
        return nil
    }

    /// - Parameter count: bytes of samples that are still before the trailer.
    private func readTrailer(after count: Int) throws(MediaFileError) {
        hasTrailer = false
        _ = try source.skip(count + (dataLength ?? 0) & 1)
        try metadataReader.readAll(source)
    }
}
