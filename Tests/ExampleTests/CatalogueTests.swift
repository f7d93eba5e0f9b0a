import Foundation
import Testing

/// What the documentation shows is what is compiled.
@Suite struct CatalogueTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
    private static let catalogue = root.appending(path: "Sources/VCodec/VCodec.docc")

    private static func text(_ file: URL) throws -> String { try String(contentsOf: file, encoding: .utf8) }

    /// Files below the catalogue whose names end so.
    private static func files(_ ending: String) -> [URL] {
        let names = FileManager.default.enumerator(atPath: catalogue.path)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(ending) }.sorted().map { catalogue.appending(path: $0) }
    }

    private static let examples: [String] = {
        let folder = root.appending(path: "Examples/swift")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".swift") }.compactMap { try? text(folder.appending(path: $0)) }
    }()

    private static func blocks(_ text: String) -> [String] {
        text.matches(of: #/```swift\n((?s:.*?))```/#).map { String($0.output.1) }
    }

    @Test func codeOfArticlesIsCompiled() throws {
        let articles = Self.files(".md")
        #expect(articles.count >= 6 && Self.examples.count >= 8)
        for article in articles + [Self.root.appending(path: "README.md")] {
            let blocks = Self.blocks(try Self.text(article))
            #expect(article.lastPathComponent == "VCodec.md" || !blocks.isEmpty, "\(article.lastPathComponent)")
            for block in blocks {
                // Whole lines of a file, one after the other.
                #expect(Self.examples.contains { ("\n" + $0).contains("\n" + block) }, "\(article.lastPathComponent):\n\(block)")
            }
        }
    }

    @Test func codeOfTutorialsIsCompiled() throws {
        let tutorials = try Self.files(".tutorial").map { try Self.text($0) }
        let shown = tutorials.flatMap { $0.matches(of: #/@Code\(name: "([\w.]+)", file: "([\w.]+)"\)/#).map(\.output) }
        #expect(shown.count >= 6)
        for code in shown {
            #expect(code.1 == code.2)
            let file = Self.catalogue.appending(path: "Resources/\(code.2)")
            #expect(Self.examples.contains(try Self.text(file)), "\(code.2)")
        }
        #expect(Set(shown.map { String($0.2) }) == Set(Self.files(".swift").map(\.lastPathComponent)))
    }

    /// Every type of the library is on the landing page.
    @Test func landingPageKnowsThePublicTypes() throws {
        let page = try Self.text(Self.catalogue.appending(path: "VCodec.md"))
        let sources = Self.root.appending(path: "Sources/VCodec")
        let names = try FileManager.default.contentsOfDirectory(atPath: sources.path).filter { $0.hasSuffix(".swift") }
        for name in names {
            for type in try Self.text(sources.appending(path: name)).matches(of: #/\npublic (?:struct|enum|final class|protocol) (\w+)/#) {
                #expect(page.contains("- ``\(type.output.1)``"), "\(type.output.1)")
            }
        }
    }
}
