import Foundation
import Media
import Testing

/// The fields of the JSON that the tests look at.
private struct BenchJSON: Decodable {
    struct Run: Decodable {
        let file: String
        let codec: String
        let setting: String
        let bytes: Int?
        let error: String?
        let metrics: [String: Double]?
    }

    struct Missing: Decodable {
        let name: String
        let package: String?
    }

    let schema: Int
    let anchor: String
    let runs: [Run]
    let missing: [Missing]
}

@Suite(.timeLimit(.minutes(5))) struct BenchTests {
    private let workspace = try! Workspace()

    /// A codec that keeps its input, whatever the setting; `boom` fails.
    private func defineCopy(_ input: String) throws {
        let script = "#!/bin/sh\n[ \"$1\" != boom ] || { echo oh no; exit 9; }\necho \"$1\" >> calls\ncp \"$2\" \"$3\"\n"
        try workspace.write(Array(script.utf8), to: "copy")
        let json = """
            [{"name": "copy", "settingLabel": "n", "settings": ["1", "boom"], "input": "\(input)", "suffix": "c", "output": "\(input)",
              "encode": {"programs": ["/bin/sh"], "arguments": ["copy", "{setting}", "{in}", "{out}"]},
              "decode": {"programs": ["gone", "/bin/sh"], "arguments": ["copy", "back", "{in}", "{out}"]}}]
            """
        try workspace.write(Array(json.utf8), to: "copy.json")
    }

    private func json(_ name: String) throws -> BenchJSON {
        try JSONDecoder().decode(BenchJSON.self, from: Data(try workspace.bytes(name)))
    }

    @Test func aBenchmarkMakesAReportAndGoesOnWhereItWas() throws {
        try defineCopy("ppm")
        try workspace.write(picture(200, 170), to: "set/a.png")
        try workspace.write(picture(60, 40, .greyAlpha, .sixteen), to: "set/b.png")
        let arguments = [
            "bench", "image", "set", "--define", "copy.json", "--against", "copy", "--settings", "vcodec=10,50,90", "--json", "out.json",
            "--report", "out.html", "--anchor", "vcodec",
        ]
        let run = try workspace.run(arguments)
        #expect(run.status == 0 && run.text.hasPrefix("BD-rate against vcodec"), "\(run.standardError)")
        #expect(run.standardError.contains("set/a.png: copy boom: ") && run.standardError.contains("status 9: oh no"))
        let first = try json("out.json")
        #expect(first.schema == 1 && first.anchor == "vcodec" && first.missing.isEmpty)
        #expect(first.runs.map { "\($0.codec) \($0.setting)" } == Array(repeating: ["vcodec 10", "vcodec 50", "vcodec 90", "copy 1", "copy boom"], count: 2).flatMap { $0 })
        #expect(first.runs.map { $0.error == nil } == Array(repeating: [true, true, true, true, false], count: 2).flatMap { $0 })
        // Identical: PSNR is infinite, which JSON has no word for.
        #expect(first.runs[3].metrics == ["ms-ssim": 1, "ssimulacra2": 100])
        let html = String(decoding: try workspace.bytes("out.html"), as: UTF8.self)
        #expect(html.hasPrefix("<!DOCTYPE html>") && html.contains("data:image/png;base64,") && html.contains("<svg class=\"plot\""))
        #expect(html.contains("grey as RGB, without alpha, 16 bits rounded to 8"))

        try workspace.write([], to: "calls")
        let again = try workspace.run(arguments + ["--crops", "0"])
        #expect(again.status == 0)
        #expect(try workspace.bytes("calls").isEmpty)
        #expect(try json("out.json").runs.map(\.bytes) == first.runs.map(\.bytes))
        #expect(try workspace.names == ["calls", "copy", "copy.json", "out.html", "out.json", "out.json.runs", "set"])
    }

    @Test func numbersAreThoseOfCompare() throws {
        try workspace.write(picture(90, 70), to: "a.png")
        let run = try workspace.run("bench", "image", "a.png", "--against", "vcodec", "--settings", "vcodec=30", "--json", "out.json")
        #expect(run.status == 0)
        _ = try workspace.run("encode", "--quiet", "-q", "30", "a.png")
        struct Compared: Decodable { let psnr: Double, msssim: Double, ssimulacra2: Double }
        // The same reader for both: JSONSerialization's last digit is not always JSONDecoder's.
        let compared = try JSONDecoder().decode(
            Compared.self, from: try workspace.run("compare", "--json", "a.png", "a.vci").standardOutput)
        let runs = try json("out.json").runs
        let measured = try #require(runs.first)
        #expect(runs.count == 1)
        #expect(measured.bytes == (try workspace.bytes("a.vci").count))
        #expect(
            measured.metrics == ["psnr": compared.psnr, "ms-ssim": compared.msssim, "ssimulacra2": compared.ssimulacra2])
    }

    @Test func missingCodecsAreNamedAndTheRestIsMeasured() throws {
        try workspace.write(picture(30, 20), to: "a.png")
        let run = try workspace.run(
            ["bench", "image", "a.png", "--against", "jpeg,avif", "--metrics", "psnr,butteraugli", "--settings", "vcodec=50", "--json", "out.json"],
            environment: ["PATH": workspace.folder.path])
        #expect(run.status == 0)
        #expect(run.standardError.contains("not measured: jpeg: cjpeg or djpeg is not installed (install libjpeg-turbo-progs)"))
        let found = try json("out.json")
        #expect(found.missing.map(\.name) == ["jpeg", "avif", "butteraugli"])
        #expect(found.runs.map(\.codec) == ["vcodec"] && found.anchor == "vcodec")
    }

    @Test(arguments: [
        (["--against", "gif"], 64, "no codec is called 'gif'"), (["--metrics", "vmaf"], 64, "no metric is called 'vmaf'"),
        (["--settings", "gif=1"], 64, "no codec is called 'gif'"), (["--settings", "jpeg"], 64, "--settings"),
        (["--jobs", "0"], 64, "allowed is 1 to 1024"), (["--json", "x", "--report", "x"], 64, "same file"),
        (["--anchor", "jxl", "--against", "vcodec"], 64, "jxl is not measured"), (["--curve", "vcodec=c.csv"], 64, "a codec is called vcodec"),
        (["--curve", "VTM=gone.csv"], 66, "gone.csv: no such file"), (["--define", "c.csv"], 65, "c.csv: is no JSON list of codecs"),
        (["--report", "a.png"], 64, "a.png: is an input, too"), (["gone.png"], 66, "gone.png: no such file"),
    ])
    func whatCannotBeMeantIsSaid(_ options: [String], _ status: Int, _ words: String) throws {
        try workspace.write(picture(8, 8), to: "a.png")
        try workspace.write(Array("bpp,psnr\n1,30\n".utf8), to: "c.csv")
        let run = try workspace.run(["bench", "image", "a.png"] + options)
        #expect(Int(run.status) == status && run.standardError.contains(words), "\(run.standardError)")
    }

    @Test func nothingToMeasureOnIsAFailure() throws {
        try workspace.write([1, 2, 3], to: "bad/a.png")
        try workspace.write([1], to: "empty/readme.txt")
        #expect(try workspace.run("bench", "image", "empty", "--against", "vcodec").status == 66)
        let run = try workspace.run("bench", "image", "bad", "--against", "vcodec")
        #expect(run.status == 65 && run.standardError.contains("bad/a.png"))
    }

    @Test func anInterruptEndsInGoodOrderAndIsGoneOnFrom() throws {
        let script = "#!/bin/sh\necho \"$1\" >> calls\n[ \"$1\" = back ] || sleep 0.3\ncp \"$2\" \"$3\"\n"
        try defineCopy("ppm")
        try workspace.write(Array(script.utf8), to: "copy")
        try workspace.write(picture(30, 20), to: "a.png")
        let settings = (1...200).map(String.init).joined(separator: ",")
        let arguments = [
            "bench", "image", "a.png", "--define", "copy.json", "--against", "copy,vcodec", "--metrics", "ms-ssim", "--json", "out.json", "--settings",
            "copy=\(settings)", "--settings", "vcodec=50",
        ]
        let tool = try workspace.start(arguments)
        let deadline = Date(timeIntervalSinceNow: 60)
        while !workspace.exists("out.json.runs"), Date() < deadline { usleep(20_000) }
        kill(tool.process.processIdentifier, SIGINT)
        tool.process.waitUntilExit()
        let run = try tool.result()
        #expect(tool.process.terminationReason == .uncaughtSignal && run.status == SIGINT)
        #expect(run.standardError.contains("stopped; the same command goes on from here"))
        #expect(!workspace.exists("out.json"))
        let lines = String(decoding: try workspace.bytes("out.json.runs"), as: UTF8.self).split(separator: "\n").count
        #expect((1..<200).contains(lines))
    }

    @Test func soundIsMeasuredByTheSameMachinery() throws {
        try defineCopy("wav")
        let samples = (0..<24_000).map { Int32(8000 * sin(Double($0) * Double($0) / 90_000)) }
        try workspace.write(wav(samples, rate: 24_000), to: "a.wav")
        let run = try workspace.run([
            "bench", "audio", "a.wav", "--define", "copy.json", "--against", "copy", "--settings", "vcodec=20,60", "--json", "out.json",
        ])
        #expect(run.status == 0, "\(run.standardError)")
        let runs = try json("out.json").runs
        #expect(runs.map { $0.error == nil } == [true, true, true, false])
        #expect((runs[0].metrics?["si-sdr"] ?? .nan) < (runs[1].metrics?["si-sdr"] ?? .nan) && runs[2].metrics == ["lsd": 0])
    }
}

/// A WAV file of one channel of 16-bit samples.
private func wav(_ samples: [Int32], rate: Int) -> [UInt8] {
    func bytes(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    let data = samples.flatMap { bytes(Int($0), 2) }
    let format = bytes(1, 2) + bytes(1, 2) + bytes(rate, 4) + bytes(rate * 2, 4) + bytes(2, 2) + bytes(16, 2)
    return Array("RIFF".utf8) + bytes(36 + data.count, 4) + Array("WAVEfmt ".utf8) + bytes(16, 4) + format + Array("data".utf8)
        + bytes(data.count, 4) + data
}
