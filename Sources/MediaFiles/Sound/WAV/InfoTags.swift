import Media

/// The tags of a RIFF file: the list `INFO`, whose entries are texts that end in a zero.
///
/// Texts are written in UTF-8; what is no UTF-8 is read as Latin-1.
enum InfoTags {
    static let listType = "INFO"

    private static let identifiers: [(key: String, id: String)] = [
        ("TITLE", "INAM"), ("ARTIST", "IART"), ("ALBUM", "IPRD"), ("DATE", "ICRD"), ("COMMENT", "ICMT"),
        ("GENRE", "IGNR"), ("TRACKNUMBER", "ITRK"), ("COPYRIGHT", "ICOP"), ("SOFTWARE", "ISFT"),
        ("ENGINEER", "IENG"), ("SUBJECT", "ISBJ"), ("KEYWORDS", "IKEY"), ("SOURCE", "ISRC"), ("TECHNICIAN", "ITCH"),
    ]

    /// The four characters that stand for a tag; nil for one that has none, or a zero in its text. Keys
    /// that look like an identifier are one: that is what reading makes of unknown ones.
    static func identifier(of tag: AudioTag) -> String? {
        guard !tag.value.utf8.contains(0) else { return nil }
        if let known = identifiers.first(where: { $0.key == tag.key }) { return known.id }
        return tag.key.wholeMatch(of: #/I[A-Z0-9]{3}/#) == nil ? nil : tag.key
    }

    /// The tags of a list, without its type. Entries that are cut off are left out.
    static func parse(_ list: ArraySlice<UInt8>) -> [AudioTag] {
        var tags: [AudioTag] = []
        var rest = list
        while rest.count >= IFFChunkHeader.length {
            let id = String(latin1: rest.prefix(4))
            let size = Int(rest.littleEndian(UInt32.self, at: 4))
            rest = rest.dropFirst(IFFChunkHeader.length)
            guard size <= rest.count else { break }
            let text = rest.prefix(size).prefix { $0 != 0 }
            let key = identifiers.first { $0.id == id }?.key ?? id
            tags.append(AudioTag(key, String(utf8OrLatin1: text)))
            rest = rest.dropFirst(size + size & 1)
        }
        return tags
    }

    /// The list with its type, empty when there is nothing for it. The inverse of `parse(_:)`.
    static func compose(_ tags: [AudioTag]) throws(MediaFileError) -> [UInt8] {
        var list: [UInt8] = []
        for tag in tags {
            guard let id = identifier(of: tag) else { continue }
            try list.append(chunk: id, Array(tag.value.utf8) + [0], .littleEndian)
        }
        return list.isEmpty ? [] : Array(listType.utf8) + list
    }
}
