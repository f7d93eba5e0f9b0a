import FoundationEssentials

/// What a command prints, for people or for programs; the names of the stored properties are those of the JSON.
protocol Report: Encodable {
    /// For people.
    var text: String { get }
}

extension Report {
    /// For programs.
    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}
