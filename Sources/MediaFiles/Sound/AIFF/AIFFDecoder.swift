import Media

/// Reads AIFF and AIFF-C files of uncompressed samples.
///
/// Why not through libsndfile: it takes the byte that makes a chunk even for a sample, and does not
/// tell that a file was cut short.
final class AIFFDecoder: SoundDecoder {
    let declaredFrames: Int?
    private(set) var metadata = AudioMetadata()
    private(set) var warnings: [MediaFileError] = []
    private var samples: PCMReader

    private static let longestTag = 1 << 20

    /// - Returns: nil, with the source as it was, when samples are compressed.
    init?(_ source: ByteSource) throws(MediaFileError) {
        let formLength = 12
        source.seek(to: formLength)
        var format: AIFFFormat?
        var samplesChunk: IFFChunkHeader?
        while let chunk = try Self.next(source, &warnings, isOptional: format != nil && samplesChunk != nil) {
            switch chunk.id {
            case "COMM":
                let content = try chunk.content(source, allowed: AIFFFormat.lengths)
                format = try AIFFFormat(content[...], offset: chunk.offset + IFFChunkHeader.length)
                if format == nil {
                    source.seek(to: 0)
                    return nil
                }
            case "SSND":
                samplesChunk = chunk
                try chunk.skip(source)
            default:
                try Self.readTag(chunk, source, &metadata, &warnings)
            }
        }
        guard let format else { throw .missingChunk("COMM", offset: source.position) }
        declaredFrames = format.frameCount
        samples = try Self.samples(format, samplesChunk, source)
    }

    var format: AudioFormat { samples.layout.format }

    func read(frames: Int) throws(MediaFileError) -> AudioBuffer? {
        try samples.read(frames: frames)
    }

    /// The next chunk; nil at the end, and where a chunk is cut off that nothing depends on.
    private static func next(
        _ source: ByteSource, _ warnings: inout [MediaFileError], isOptional: Bool
    ) throws(MediaFileError) -> IFFChunkHeader? {
        do throws(MediaFileError) {
            return try IFFChunkHeader(source, .bigEndian)
        } catch {
            guard isOptional, case .truncated = error else { throw error }
            warnings.append(error)
            return nil
        }
    }

    private static func readTag(
        _ chunk: IFFChunkHeader, _ source: ByteSource, _ metadata: inout AudioMetadata, _ warnings: inout [MediaFileError]
    ) throws(MediaFileError) {
        guard let key = AIFFTags.key(ofChunk: chunk.id), chunk.size <= longestTag else { return try chunk.skip(source) }
        do throws(MediaFileError) {
            let text = try chunk.content(source)
            metadata.tags.append(AudioTag(key, String(utf8OrLatin1: text)))
        } catch {
            guard case .truncated = error else { throw error }
            warnings.append(error)
        }
    }

    /// Goes to the first sample. A sound of no frames needs no `SSND`.
    private static func samples(
        _ format: AIFFFormat, _ chunk: IFFChunkHeader?, _ source: ByteSource
    ) throws(MediaFileError) -> PCMReader {
        var length = format.frameCount * format.layout.bytesPerFrame
        if let chunk {
            source.seek(to: chunk.offset + IFFChunkHeader.length)
            let start = try source.read(8)
            let skipped = start.count == 8 ? Int(start[...].bigEndian(UInt32.self, at: 0)) : 0
            _ = try source.skip(skipped)
            length = min(length, max(0, chunk.size - 8 - skipped))
        } else if length > 0 {
            throw .missingChunk("SSND", offset: source.position)
        }
        return PCMReader(source, layout: format.layout, byteCount: length)
    }
}
