/// A keyword and its text, such as `Author` and a name.
public struct TextEntry: Hashable, Sendable {
    /// What the text is about; PNG allows 1 … 79 characters of Latin-1.
    public var keyword: String

    /// The text; lines end with a line feed.
    public var text: String

    /// The language of the text as in RFC 3066 (`en-GB`); empty when not known.
    public var language: String

    /// The keyword in that language; may be empty.
    public var translatedKeyword: String

    public init(
        keyword: String, text: String, language: String = "", translatedKeyword: String = ""
    ) {
        self.keyword = keyword
        self.text = text
        self.language = language
        self.translatedKeyword = translatedKeyword
    }
}
