import Foundation
import FoundationXML
import Media
import Testing

@testable import Benchmarking

@Suite(.timeLimit(.minutes(2))) struct ReportTests {
    private let fake = try! FakePeers()

    /// Two codecs on two pictures, a codec that is missing, a run that fails, a published curve with a name that HTML has to be told.
    private func results() throws -> (BenchmarkResults, [CropRow]) {
        let files = [try fake.picture("a & <b>.png", seed: 1, width: 300, height: 256), try fake.picture("c.png", seed: 2)]
        let peers = [fake.peer("x", ["1000", "4000", "boom"]), fake.peer("y", ["500", "2000", "4600"])]
        let benchmark = fake.benchmark(peers)
        let outcome = try benchmark.run(files)
        let published = MeanCurve(
            codec: "<paper>", points: [(1.0, 9.0), (40, 30)].map { .init(setting: "", rate: $0.0, quality: ["psnr": $0.1]) }, isPublished: true)
        let results = BenchmarkResults(
            outcome, of: benchmark, missing: [MissingProgram(name: "avif", programs: ["avifenc"], package: "libavif-bin")], anchor: "x",
            published: [published])
        return (results, [try CropRow(of: outcome.files[0], at: 0.4, in: results, by: benchmark)])
    }

    @Test func jsonComesBackAsItWas() throws {
        let (results, _) = try results()
        let bytes = try results.json()
        let read = try BenchmarkResults(json: bytes)
        #expect(try read.json() == bytes && read.runs == results.runs && read.curves == results.curves)
        let fields = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        #expect(fields["schema"] as? Int == 1 && fields["kind"] as? String == "image" && fields["anchor"] as? String == "x")
        let run = try #require((fields["runs"] as? [[String: Any]])?.first)
        #expect(Set(run.keys) == ["file", "codec", "setting", "key", "bytes", "rate", "metrics", "encode", "decode"])
    }

    @Test func theReportIsWellFormedAndHasEverything() throws {
        let (results, crops) = try results()
        let page = try Page(HTMLReport(results, crops: crops).html)
        #expect(page.error == nil, "\(page.error ?? "")")
        #expect(page.count("svg", class: "plot") == 2)
        // 2 points of x, 3 of y and 2 published of PSNR, 5 without the last; the legend has one each.
        #expect(page.count("circle") == 7 + 5 + 3)
        #expect(page.titles.count == 1 + 12)
        #expect(page.titles.contains { $0.hasPrefix("y -n 500: ") && $0.hasSuffix(" dB") })
        #expect(page.count("details") == 2 && page.count("table") == 4)
        #expect(page.count("td", class: "error") == 2 && page.text.contains("it broke"))
        #expect(page.text.contains("avif: avifenc is not installed (install libavif-bin)"))
        #expect(page.text.contains("a & <b>.png") && page.text.contains("<paper> (published)"))
        #expect(page.text.contains("prefers-color-scheme: dark"))
    }

    @Test func cropsArePicturesInThePage() throws {
        let (results, crops) = try results()
        let page = try Page(HTMLReport(results, crops: crops).html)
        let sources = page.attributes("img", "src")
        #expect(sources.count == 3)
        for source in sources {
            let data = try #require(Data(base64Encoded: String(source.dropFirst("data:image/png;base64,".count))))
            let path = "\(fake.folder)/crop.png"
            try data.write(to: URL(fileURLWithPath: path))
            let crop = try PictureMedium.read(path)
            #expect((crop.width, crop.height) == (256, 256))
        }
        #expect(Set(sources).count == 3)
        // Nothing is loaded from elsewhere.
        #expect(page.attributes("link", "href").isEmpty && page.count("script") == 0)
    }

    @Test func bdRatesAreOfTheMeanCurvesAndOfEachFile() throws {
        let (results, _) = try results()
        #expect(results.bdRate("x", "psnr") == nil && results.differences.allSatisfy { $0.codec != "x" })
        let means = results.curves.map { $0.rateCurve("psnr") }
        #expect(results.bdRate("y", "psnr") == BDRate(of: means[1], against: means[0], rates: MediumKind.image.ratesCompared))
        let file = results.files[0].path
        let curves = ["x", "y"].map { codec in
            RateCurve(results.runs.filter { $0.file == file && $0.codec == codec }.compactMap { run in
                run.rate.map { .init(rate: $0, quality: run.metrics?["psnr"] ?? .nan) }
            })
        }
        let own = try #require(BDRate(of: curves[1], against: curves[0], rates: MediumKind.image.ratesCompared))
        #expect(results.bdRate("y", "psnr", file: file) == own)
    }

    @Test func theNearestRateIsByRatio() throws {
        let (results, _) = try results()
        let file = results.files[1].path
        // 500, 2000 and 4600 bytes of 1536 pixels: 2.6, 10.4 and 24.0 bpp.
        #expect(results.run(of: "y", on: file, nearest: 0.01)?.setting == "500")
        #expect(results.run(of: "y", on: file, nearest: 5.1)?.setting == "500")
        #expect(results.run(of: "y", on: file, nearest: 5.3)?.setting == "2000")
        #expect(results.run(of: "y", on: file, nearest: 1000)?.setting == "4600")
        #expect(results.run(of: "none", on: file, nearest: 1) == nil)
    }

    @Test func aReportWithoutAnyRunThatWentWellIsStillOne() throws {
        let benchmark = fake.benchmark([fake.peer("x", ["boom"])])
        let outcome = try benchmark.run([try fake.picture("a.png", seed: 1)])
        let results = BenchmarkResults(outcome, of: benchmark, missing: [], anchor: "x", published: [])
        let page = try Page(HTMLReport(results).html)
        #expect(page.error == nil && page.count("svg", class: "plot") == 0 && page.count("td", class: "error") == 1)
    }

    @Test func textIsMadeHarmless() {
        #expect("<a href=\"x\">&\u{1}".escaped == "&lt;a href=&quot;x&quot;&gt;&amp;\u{FFFD}")
    }
}

/// The elements of a page that is well-formed XML, too.
private final class Page: NSObject, XMLParserDelegate {
    private var elements: [(name: String, attributes: [String: String])] = []
    private(set) var titles: [String] = []
    private(set) var text = ""
    private(set) var error: String?
    private var title: String?

    init(_ html: String) throws {
        super.init()
        let parser = XMLParser(data: Data(html.utf8))
        parser.delegate = self
        if !parser.parse() { error = "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "")" }
    }

    func count(_ name: String, class kind: String? = nil) -> Int {
        elements.count { $0.name == name && (kind == nil || $0.attributes["class"] == kind) }
    }

    func attributes(_ name: String, _ attribute: String) -> [String] {
        elements.filter { $0.name == name }.compactMap { $0.attributes[attribute] }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String]
    ) {
        elements.append((name, attributes))
        if name == "title" { title = "" }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        text += string
        title?.append(string)
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        guard name == "title", let title else { return }
        titles.append(title)
        self.title = nil
    }
}
