import Media

// tEXt, zTXt and iTXt, the latter also with XMP inside.
extension PNGMetadataParser {
    /// tEXt: keyword, zero, Latin-1.
    mutating func plainText(_ chunk: PNGChunk) throws(MediaFileError) -> TextEntry {
        let (keyword, text) = try splitKeyword(chunk)
        return TextEntry(keyword: keyword, text: String(latin1: try spend(text, for: chunk)))
    }

    /// zTXt: keyword, zero, method, deflated Latin-1.
    mutating func compressedText(_ chunk: PNGChunk) throws(MediaFileError) -> TextEntry {
        let (keyword, rest) = try splitKeyword(chunk)
        let text = try inflate(try afterCompressionMethod(rest, of: chunk), of: chunk)
        return TextEntry(keyword: keyword, text: String(latin1: text))
    }

    /// iTXt: keyword, zero, whether compressed, method, language, zero, translated keyword, zero,
    /// UTF-8. The first one whose keyword is XMP's holds the packet.
    mutating func addInternationalText(_ chunk: PNGChunk) throws(MediaFileError) {
        let (keyword, rest) = try splitKeyword(chunk)
        let fields = try internationalFields(rest, of: chunk)
        let text =
            fields.isCompressed
            ? try inflate(fields.text, of: chunk) : Array(try spend(fields.text, for: chunk))
        if keyword == PNGKeyword.xmp, metadata.xmp == nil {
            metadata.xmp = text
            return
        }
        metadata.text.append(
            TextEntry(
                keyword: keyword, text: String(decoding: text, as: UTF8.self),
                language: fields.language, translatedKeyword: fields.translatedKeyword))
    }

    private struct InternationalFields {
        var isCompressed: Bool
        var language: String
        var translatedKeyword: String
        var text: ArraySlice<UInt8>
    }

    private func internationalFields(
        _ bytes: ArraySlice<UInt8>, of chunk: PNGChunk
    ) throws(MediaFileError) -> InternationalFields {
        guard let flag = bytes.first, bytes.count >= 2 else {
            throw malformed(chunk, .unterminatedText)
        }
        guard flag <= 1 else { throw malformed(chunk, .value(found: Int(flag), allowed: 0...1)) }
        // The method has a meaning only when the text is compressed.
        let strings =
            flag == 1
            ? try afterCompressionMethod(bytes.dropFirst(), of: chunk) : bytes.dropFirst(2)
        let (language, afterLanguage) = try splitString(strings, of: chunk)
        let (translated, text) = try splitString(afterLanguage, of: chunk)
        return InternationalFields(
            isCompressed: flag == 1, language: language, translatedKeyword: translated, text: text)
    }

    private func splitString(
        _ bytes: ArraySlice<UInt8>, of chunk: PNGChunk
    ) throws(MediaFileError) -> (string: String, rest: ArraySlice<UInt8>) {
        guard let end = bytes.firstIndex(of: 0) else { throw malformed(chunk, .unterminatedText) }
        return (String(decoding: bytes[..<end], as: UTF8.self), bytes[(end + 1)...])
    }
}
