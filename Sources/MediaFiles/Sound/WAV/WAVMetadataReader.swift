import Media

/// Collects what a WAV file carries beside the samples. Nothing in it can spoil them: what is damaged is
/// left out with a warning.
struct WAVMetadataReader {
    private(set) var metadata = AudioMetadata()
    private(set) var warnings: [MediaFileError] = []
    private let allowance: Int
    private var spent = 0

    /// Chunks that are made anew for each file, or are there to fill it.
    private static let unkept: Set<String> = ["fact", "PEAK", "JUNK", "junk", "PAD ", "FLLR", "ds64", "fmt ", "data"]

    init(_ limits: ReadingLimits) {
        allowance = limits.maximumMetadataBytes
    }

    /// Whether a chunk is one that travels: no tags, which travel as such, and none that a writer makes.
    static func keeps(_ chunk: AudioChunk) -> Bool {
        chunk.id.latin1?.count == 4 && !unkept.contains(chunk.id)
            && !(chunk.id == "LIST" && chunk.bytes.starts(with: InfoTags.listType.utf8))
    }

    /// Reads one chunk and moves on to the next.
    ///
    /// - Throws: what the system says, nothing else.
    mutating func read(_ chunk: IFFChunkHeader, _ source: ByteSource) throws(MediaFileError) {
        guard !Self.unkept.contains(chunk.id) else { return try chunk.skip(source) }
        guard chunk.size <= allowance - spent else {
            warnings.append(.limitExceeded(
                .metadataBytes, requested: spent + chunk.size, allowed: allowance, offset: chunk.offset))
            return try chunk.skip(source)
        }
        spent += chunk.size
        do throws(MediaFileError) {
            keep(chunk.id, try chunk.content(source))
        } catch {
            try warn(error)
        }
    }

    /// Reads the chunks up to the end of the source.
    mutating func readAll(_ source: ByteSource) throws(MediaFileError) {
        do throws(MediaFileError) {
            while let chunk = try IFFChunkHeader(source, .littleEndian) { try read(chunk, source) }
        } catch {
            try warn(error)
        }
    }

    mutating func keep(speakers: UInt32?) {
        metadata.speakers = speakers
    }

    private mutating func keep(_ id: String, _ content: [UInt8]) {
        if id == "LIST", content.starts(with: InfoTags.listType.utf8) {
            metadata.tags += InfoTags.parse(content.dropFirst(4))
        } else {
            metadata.chunks.append(AudioChunk(id: id, bytes: content))
        }
    }

    private mutating func warn(_ error: MediaFileError) throws(MediaFileError) {
        if case .system = error { throw error }
        warnings.append(error)
    }
}
