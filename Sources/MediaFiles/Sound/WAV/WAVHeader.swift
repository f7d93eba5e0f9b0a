import Media

/// What a WAV file says before its samples.
struct WAVHeader {
    let format: WAVFormat

    /// Bytes of samples as stated; nil when the writer could not know and they end with the file.
    let dataLength: Int?

    /// Reads up to the first byte of the samples.
    ///
    /// - Returns: nil when samples are compressed.
    init?(_ source: ByteSource, _ metadata: inout WAVMetadataReader) throws(MediaFileError) {
        let magic = try source.read(12)
        guard magic.count == 12 else {
            throw .truncated(.signature, offset: 0, needed: 12, available: magic.count)
        }
        let riffLength = Int(magic[4...].littleEndian(UInt32.self, at: 0))
        var format: WAVFormat?
        var longDataLength: Int?
        while let chunk = try IFFChunkHeader(source, .littleEndian) {
            switch chunk.id {
            case "ds64":
                longDataLength = try Self.longDataLength(chunk, source)
            case "fmt ":
                let content = try chunk.content(source, allowed: WAVFormat.lengths)
                guard let known = try WAVFormat(content[...], offset: chunk.offset + IFFChunkHeader.length) else { return nil }
                format = known
            case "data":
                guard let format else { throw .missingChunk("fmt ", offset: chunk.offset) }
                self.format = format
                dataLength = Self.dataLength(
                    chunk.size, long: longDataLength, riff: riffLength, available: source.length.map { $0 - source.position })
                return
            default:
                try metadata.read(chunk, source)
            }
        }
        throw .missingChunk(format == nil ? "fmt " : "data", offset: source.position)
    }

    /// The second of the 64-bit numbers of `ds64` (EBU Tech 3306 §3); nil when no file is that long.
    private static func longDataLength(_ chunk: IFFChunkHeader, _ source: ByteSource) throws(MediaFileError) -> Int? {
        let length = try chunk.content(source, allowed: 24...65_535)[...].littleEndian(UInt64.self, at: 8)
        return length >> 62 == 0 ? Int(length) : nil
    }

    /// Writers that cannot go back leave a number that cannot be true: 0 in a RIFF of no or all bytes,
    /// or, within a block of it, 2³¹ or 2³² bytes that are not there.
    private static func dataLength(_ size: Int, long: Int?, riff: Int, available: Int?) -> Int? {
        if size == Int(UInt32.max) { return long }
        if size == 0 { return [0, Int(UInt32.max)].contains(riff) ? nil : 0 }
        let isPlaceholder = [1 << 31, 1 << 32].contains { $0 - 8192..<$0 ~= size }
        return isPlaceholder && size > available ?? 0 ? nil : size
    }
}
