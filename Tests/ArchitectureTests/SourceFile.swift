import Foundation

/// A source file of the package, with its code apart from comments and texts.
struct SourceFile: CustomStringConvertible, Sendable {
    /// Below `Sources`, such as `EntropyCoding/RangeDecoder.swift`.
    let path: String
    /// Without comments and without what is inside string literals; line numbers stay.
    let code: String

    var description: String { path }
    var name: String { String(path.split(separator: "/").last!) }

    /// The modules that the file imports.
    var imports: [String] {
        lines.compactMap { line in
            line.firstMatch(of: #/^\s*(?:@\w+\s+)*(?:(?:public|package|internal|private)\s+)?import\s+(\w+)/#)
                .map { String($0.1) }
        }
    }

    var lines: [Substring] { code.split(separator: "\n", omittingEmptySubsequences: false) }

    private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources").standardizedFileURL

    /// All files of a module whose names end in one of `extensions`; not those that its documentation shows.
    static func all(of module: String, extensions: Set<String> = ["swift"]) -> [SourceFile] {
        let folder = sources.appending(path: module)
        guard let names = FileManager.default.enumerator(atPath: folder.path) else { return [] }
        return names.compactMap { $0 as? String }.sorted()
            .filter { !$0.contains(".docc/") && extensions.contains(String($0.split(separator: ".").last!)) }
            .compactMap { name in
                guard let text = try? String(contentsOf: folder.appending(path: name), encoding: .utf8) else { return nil }
                return SourceFile(path: "\(module)/\(name)", code: stripped(text))
            }
    }

    /// Modules that have a folder.
    static var modules: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: sources.path)) ?? []
        return names.filter { !all(of: $0).isEmpty }.sorted()
    }

    /// Blanks comments, and the contents of string literals but for what is interpolated.
    static func stripped(_ text: String) -> String {
        var text = text
        text.replace(#/\/\*(?s:.*?)\*\//#) { String(repeating: "\n", count: $0.output.count { $0 == "\n" }) }
        text.replace(#/\/\/[^\n]*/#, with: "")
        text.replace(#/"(?:\\\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\\[^(\n]|[^"\\\n])*"/#) { match in
            let inserted = match.output.matches(of: #/\\\(([^"]*)\)/#).map { $0.output.1 }
            return "\"\(inserted.joined(separator: " "))\""
        }
        return text
    }
}
