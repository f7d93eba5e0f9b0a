import Media

/// The tags of a FLAC file, all of them: libsndfile gives ten keys, each once.
///
/// RFC 9639 §8.6: a block of metadata with Vorbis comments, lengths little-endian, texts `KEY=value` in UTF-8.
enum FLACTags {
    private static let commentBlock: UInt8 = 4

    /// - Parameter limit: the most bytes of comments that are read.
    /// - Returns: nil when there is no such block at once behind the signature and other blocks, or a
    ///   damaged one. The source is left anywhere.
    static func read(_ source: ByteSource, limit: Int) throws(MediaFileError) -> [AudioTag]? {
        source.seek(to: 0)
        guard try source.read(4).starts(with: "fLaC".utf8) else { return nil }
        while case let header = try source.read(4), header.count == 4 {
            let length = Int(header[...].bigEndian(UInt32.self, at: 0) & 0xFF_FFFF)
            if header[0] & 0x7F == commentBlock {
                guard length <= limit else { return nil }
                return parse(try source.read(length)[...])
            }
            guard header[0] & 0x80 == 0 else { return nil }
            _ = try source.skip(length)
        }
        return nil
    }

    private static func parse(_ block: ArraySlice<UInt8>) -> [AudioTag]? {
        var rest = block
        guard takeText(&rest) != nil, rest.count >= 4 else { return nil }
        let count = rest.littleEndian(UInt32.self, at: 0)
        rest = rest.dropFirst(4)
        var tags: [AudioTag] = []
        for _ in 0..<count {
            guard let text = takeText(&rest) else { return nil }
            guard let equals = text.firstIndex(of: UInt8(ascii: "=")) else { continue }
            tags.append(AudioTag(
                String(utf8OrLatin1: text[..<equals]).uppercased(), String(utf8OrLatin1: text[(equals + 1)...])))
        }
        return tags
    }

    /// A text with its length before it; nil where it does not end.
    private static func takeText(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard rest.count >= 4 else { return nil }
        let length = Int(rest.littleEndian(UInt32.self, at: 0))
        guard length <= rest.count - 4 else { return nil }
        defer { rest = rest.dropFirst(4 + length) }
        return rest.dropFirst(4).prefix(length)
    }
}
