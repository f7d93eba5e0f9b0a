import CSndFile
import Media

/// The tags that libsndfile carries: each of ten keys once, and in some kinds of files fewer.
enum SndFileTags {
    private static let types: [(key: String, type: Int)] = [
        ("TITLE", SF_STR_TITLE), ("ARTIST", SF_STR_ARTIST), ("ALBUM", SF_STR_ALBUM), ("DATE", SF_STR_DATE),
        ("COMMENT", SF_STR_COMMENT), ("GENRE", SF_STR_GENRE), ("TRACKNUMBER", SF_STR_TRACKNUMBER),
        ("COPYRIGHT", SF_STR_COPYRIGHT), ("SOFTWARE", SF_STR_SOFTWARE), ("LICENSE", SF_STR_LICENSE),
    ]

    /// The keys that a kind of file has a place for.
    ///
    /// SOFTWARE is never written: libsndfile would put its own name behind it.
    private static func keys(_ kind: SoundFileKind) -> Set<String> {
        switch kind {
        case .flac, .caf: Set(types.map(\.key)).subtracting(["SOFTWARE"])
        default: []
        }
    }

    static func read(_ file: SndFile) -> [AudioTag] {
        types.compactMap { key, type in file.text(type).map { AudioTag(key, $0) } }
    }

    /// Must come before the first sample. The inverse of `read(_:)`, but for ``leftOut(_:_:)``.
    static func write(_ tags: [AudioTag], _ kind: SoundFileKind, to file: SndFile) {
        let leftOut = Set(leftOut(tags, kind))
        for tag in tags where !leftOut.contains(tag) {
            if let type = types.first(where: { $0.key == tag.key })?.type { file.setText(type, tag.value) }
        }
    }

    /// What does not get into a file of a kind: other keys, the second of two of a key, texts with a zero.
    static func leftOut(_ tags: [AudioTag], _ kind: SoundFileKind) -> [AudioTag] {
        var free = keys(kind)
        return tags.filter { $0.value.isEmpty || $0.value.utf8.contains(0) || free.remove($0.key) == nil }
    }
}
