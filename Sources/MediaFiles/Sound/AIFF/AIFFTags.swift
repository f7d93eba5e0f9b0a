import Media

/// The tags of an AIFF file: one chunk each. Texts are written in UTF-8.
enum AIFFTags {
    private static let identifiers = [("TITLE", "NAME"), ("ARTIST", "AUTH"), ("COPYRIGHT", "(c) "), ("COMMENT", "ANNO")]

    /// The tag that a chunk holds, nil if it holds something else.
    static func key(ofChunk id: String) -> String? {
        identifiers.first { $0.1 == id }?.0
    }

    /// What does not get into a file: other keys, and a second one of those that may be there once.
    static func leftOut(_ tags: [AudioTag]) -> [AudioTag] {
        var seen: Set<String> = []
        return tags.filter { tag in
            let isKnown = identifiers.contains { $0.0 == tag.key }
            return !isKnown || !seen.insert(tag.key).inserted && tag.key != "COMMENT"
        }
    }

    /// The chunks of all tags but ``leftOut(_:)``. The inverse of `key(ofChunk:)`.
    static func chunks(_ tags: [AudioTag]) throws(MediaFileError) -> [UInt8] {
        let leftOut = Set(leftOut(tags))
        var bytes: [UInt8] = []
        for tag in tags where !leftOut.contains(tag) {
            guard let id = identifiers.first(where: { $0.0 == tag.key })?.1 else { continue }
            try bytes.append(chunk: id, Array(tag.value.utf8), .bigEndian)
        }
        return bytes
    }
}
