/// How many bytes of samples the header of an uncompressed AU, CAF or W64 file states.
///
/// libsndfile silently makes such a number fit the file; here is what it was.
enum DeclaredLength {
    /// - Returns: nil when the header does not say, or the kind is another. The source is left anywhere.
    /// - Throws: ``MediaFileError/missingChunk(_:offset:)`` when there are no samples.
    static func ofSamples(_ source: ByteSource, _ kind: SoundFileKind) throws(MediaFileError) -> Int? {
        switch kind {
        case .au: try au(source)
        case .caf: try caf(source)
        case .w64: try w64(source)
        default: nil
        }
    }

    /// The third number of the header; all ones where it is not known.
    private static func au(_ source: ByteSource) throws(MediaFileError) -> Int? {
        source.seek(to: 0)
        let header = try source.read(12)
        guard header.count == 12 else { return nil }
        let length = header.starts(with: ".snd".utf8)
            ? header[...].bigEndian(UInt32.self, at: 8) : header[...].littleEndian(UInt32.self, at: 8)
        return length == .max ? nil : Int(length)
    }

    /// Chunks of four characters and a 64-bit length. That of `data` counts four bytes before the
    /// samples, and is −1 where it is not known.
    private static func caf(_ source: ByteSource) throws(MediaFileError) -> Int? {
        source.seek(to: 8)
        while case let chunk = try source.read(12), chunk.count == 12 {
            let length = chunk[...].bigEndian(Int64.self, at: 4)
            guard length >= 0 else { return nil }
            if chunk.starts(with: "data".utf8) { return max(0, Int(length) - 4) }
            _ = try source.skip(Int(length))
        }
        throw .missingChunk("data", offset: source.position)
    }

    /// Chunks of a GUID of 16 bytes and a 64-bit length that counts both; they start at multiples of 8.
    private static func w64(_ source: ByteSource) throws(MediaFileError) -> Int? {
        let headerLength = 24
        source.seek(to: 40)
        while case let chunk = try source.read(headerLength), chunk.count == headerLength {
            let stated = chunk[...].littleEndian(Int64.self, at: 16)
            guard headerLength..<1 << 62 ~= Int(stated) else { return nil }
            let length = Int(stated) - headerLength
            if chunk.starts(with: "data".utf8) { return length }
            _ = try source.skip((length + 7) & ~7)
        }
        throw .missingChunk("data", offset: source.position)
    }
}
