import Media

extension PNGMetadataComposer {
    /// Shorter texts are not compressed: the gain is small, and plain ones can be searched.
    private static let compressionThreshold = 1024

    /// iTXt, never compressed, so that programs which scan for packets find it.
    mutating func addXMP(_ packet: [UInt8]) throws(MediaFileError) {
        let uncompressedWithoutLanguage: [UInt8] = [0, 0, 0, 0]
        try add(
            .internationalText,
            try PNGKeyword.encode(PNGKeyword.xmp) + uncompressedWithoutLanguage + packet)
    }

    /// tEXt or zTXt where Latin-1 says it all, otherwise iTXt.
    mutating func addText(_ entry: TextEntry) throws(MediaFileError) {
        let keyword = try PNGKeyword.encode(entry.keyword)
        for part in [entry.text, entry.language, entry.translatedKeyword] {
            guard !part.utf8.contains(0) else { throw .zeroInText(keyword: entry.keyword) }
        }
        if entry.language.isEmpty, entry.translatedKeyword.isEmpty, let text = entry.text.latin1 {
            try addLatin1(keyword, text)
        } else {
            try addInternational(keyword, entry)
        }
    }

    private mutating func addLatin1(
        _ keyword: [UInt8], _ text: [UInt8]
    ) throws(MediaFileError) {
        if text.count < Self.compressionThreshold {
            try add(.plainText, keyword + text)
        } else {
            try add(.compressedText, keyword + [0] + (try Self.deflate(text)))
        }
    }

    private mutating func addInternational(
        _ keyword: [UInt8], _ entry: TextEntry
    ) throws(MediaFileError) {
        let text = Array(entry.text.utf8)
        let isCompressed = text.count >= Self.compressionThreshold
        var payload = keyword + [isCompressed ? 1 : 0, 0]
        payload += Array(entry.language.utf8) + [0]
        payload += Array(entry.translatedKeyword.utf8) + [0]
        payload += isCompressed ? try Self.deflate(text) : text
        try add(.internationalText, payload)
    }
}
