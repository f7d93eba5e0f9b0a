import Foundation
import Media
import MediaFiles
import Testing

@Suite(.timeLimit(.minutes(5))) struct BatchTests {
    private let workspace = try! Workspace()

    /// The fields of the log that the tests look at.
    private struct Line: Decodable {
        let event: String
        let input: String?
        let output: String?
        let error: String?
        let status: Int?
        let settings: String?
        let warnings: [String]?
        let done: Int?
        let kept: Int?
        let failed: Int?
        let stopped: Bool?
    }

    private func log(_ name: String = "out/vcodec-batch.jsonl") throws -> [Line] {
        try workspace.bytes(name).split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(Line.self, from: Data($0)) }
    }

    /// What the last batch says of itself.
    private func end(_ name: String = "out/vcodec-batch.jsonl") throws -> Line {
        let last = try #require(try log(name).last)
        #expect(last.event == "ended")
        return last
    }

    /// All files below a folder, hidden ones too, by their paths from there.
    private func files(below folder: String) throws -> [String] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: workspace.url(folder).path)
        return paths.filter { (try? FileManager.default.contentsOfDirectory(atPath: workspace.url("\(folder)/\($0)").path)) == nil }.sorted()
    }

    private func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(at: workspace.url(name), withIntermediateDirectories: true)
    }

    /// Two pictures, a sound, and a file that is neither.
    private func writeSet() throws {
        try makeFolder("set/deep/er")
        try workspace.write(picture(40, 30), to: "set/a.png")
        try workspace.write(picture(20, 50), to: "set/deep/er/B.PPM")
        try workspace.write(sound(3000), to: "set/deep/c.wav")
        try workspace.write([1], to: "set/deep/readme.txt")
    }

    @Test(arguments: ["1", "3"])
    func foldersKeepTheirShapeAndFilesAreThoseOfEncode(jobs: String) throws {
        try writeSet()
        let run = try workspace.run("batch", "encode", "set/", "-o", "out", "-q", "30", "--jobs", jobs)
        #expect(run.status == 0, "\(run.standardError)")
        #expect(run.standardError.hasPrefix("encoded 3 files   ") && run.standardError.contains("1 of other kinds left alone"))
        #expect(try files(below: "out") == ["a.vci", "deep/c.vca", "deep/er/B.vci", "vcodec-batch.jsonl"])
        for (input, output) in [("a.png", "a.vci"), ("deep/c.wav", "deep/c.vca"), ("deep/er/B.PPM", "deep/er/B.vci")] {
            _ = try workspace.run("encode", "-q", "30", "set/\(input)", "one.\(output.suffix(3))")
            #expect(try workspace.bytes("one.\(output.suffix(3))") == workspace.bytes("out/\(output)"))
        }
        #expect(try end().done == 3)
        #expect(try log().filter { $0.event == "done" }.map(\.output).compactMap(\.self).sorted() == ["a.vci", "deep/c.vca", "deep/er/B.vci"])
    }

    @Test func whatIsThereAndAsItShouldBeIsLeftAlone() throws {
        try writeSet()
        let arguments = ["batch", "encode", "set", "-o", "out"]
        /// Runs again; how many files were made.
        func made(_ options: String...) throws -> Int? {
            let run = try workspace.run(arguments + options)
            #expect(run.status == 0, "\(run.standardError)")
            let end = try end(options.contains("--log") ? "elsewhere.jsonl" : "out/vcodec-batch.jsonl")
            #expect((end.done ?? 0) + (end.kept ?? 0) == 3)
            return end.done
        }
        #expect(try made() == 3)
        #expect(try made() == 0)
        // An output that is gone, one that was cut short, an input that is another.
        try FileManager.default.removeItem(at: workspace.url("out/a.vci"))
        #expect(try made() == 1)
        try workspace.write(picture(40, 31), to: "set/a.png")
        #expect(try made() == 1)
        #expect(try workspace.run("info", "out/a.vci").text.contains("40×31"))
        #expect(try made() == 0)
        // Other settings, for both kinds of file; the same ones in other words.
        #expect(try made("-q", "20") == 3)
        #expect(try made("--quality", "20.0") == 0)
        #expect(try made("--force", "-q", "20") == 3)
        // An effort is for pictures, and concerns no sound.
        #expect(try made("-q", "20", "--effort", "0") == 2)
        #expect(try made("--lossless", "--log", "elsewhere.jsonl", "--force") == 3)
        #expect(try made("--lossless", "--log", "elsewhere.jsonl") == 0)
    }

    @Test func aFailureStopsNothing() throws {
        try writeSet()
        try workspace.write(Array("no picture".utf8), to: "set/A.png")
        try workspace.write([UInt8](try workspace.bytes("set/a.png").prefix(60)), to: "set/deep/cut.png")
        let run = try workspace.run("batch", "encode", "set", "gone.png", "-o", "out")
        #expect(run.status == 1)
        #expect(run.standardError.contains("vcodec: set/A.png: not a PNG or PNM file") && run.standardError.contains("vcodec: gone.png: no such file"))
        #expect(run.standardError.hasSuffix("vcodec: 3 of 6 files failed: out/vcodec-batch.jsonl says why\n"))
        #expect(try files(below: "out") == ["a.vci", "deep/c.vca", "deep/er/B.vci", "vcodec-batch.jsonl"])
        let failures = try log().filter { $0.event == "failed" }
        #expect(failures.map { $0.input?.split(separator: "/").last ?? "" }.sorted() == ["A.png", "cut.png", "gone.png"])
        #expect(failures.allSatisfy { ($0.status == 65 || $0.status == 66) && $0.error?.isEmpty == false })
        // Once it is mended, only that is made.
        for name in ["set/A.png", "set/deep/cut.png", "gone.png"] { try workspace.write(picture(9, 9), to: name) }
        #expect(try workspace.run("batch", "encode", "set", "gone.png", "-o", "out").status == 0)
        #expect(try end().done == 3 && end().kept == 3)
    }

    @Test func whatABatchDidNotMakeIsNotReplaced() throws {
        try writeSet()
        try workspace.write([1, 2, 3], to: "out/a.vci")
        let run = try workspace.run("batch", "encode", "set", "--out", "out")
        #expect(run.status == 1)
        #expect(run.standardError.contains("vcodec: out/a.vci: is there already, and not as a batch left it (set/a.png)"))
        #expect(try workspace.bytes("out/a.vci") == [1, 2, 3] && end().done == 2)
        // Also not what was a batch's and was changed.
        try workspace.write(Array(try workspace.bytes("out/deep/c.vca").dropLast()), to: "out/deep/c.vca")
        #expect(try workspace.run("batch", "encode", "set", "--out", "out").status == 1)
        #expect(try end().failed == 2 && end().kept == 1)
        #expect(try workspace.run("batch", "encode", "set", "--out", "out", "--force").status == 0)
        #expect(try workspace.run("verify", "out/deep/c.vca").status == 0)
    }

    @Test(arguments: [
        (["--out", "out", "set"], "out/a.vci: would be made of set/a.pgm and of set/a.png"),
        (["--out", "out", "set/a.png", "set/deep/a.png"], "out/a.vci: would be made of set/a.png and of set/deep/a.png"),
        (["--out", ".", "--manifest", "onto"], "./set/a.png: would be made, and is an input, too"),
        (["--out", "out", "--manifest", "log"], "out/vcodec-batch.jsonl: would be made, and is the log, too"),
        (["--out", "out", "--bitrate", "30", "set/a.png"], "set/a.png: is a picture; --bitrate is for sound"),
        (["--out", "out", "--bpp", "1", "set/a.png", "set/deep/s.wav"], "set/deep/s.wav: is sound; --bpp is for pictures (--only pictures"),
        (["set"], "out"), (["--out", "out"], "name folders or files"), (["--out", "out", "-"], "'--manifest -'"),
        (["--out", "out", "--jobs", "0", "set"], "allowed is 1 to 255"), (["--out", "out", "-q", "30", "--bpp", "1", "set"], "contradict"),
    ])
    func whatCannotBeMeantIsSaidBeforeAnythingIsWritten(_ options: [String], _ words: String) throws {
        try workspace.write(picture(8, 8), to: "set/a.png")
        try workspace.write(picture(8, 8, .grey), to: "set/a.pgm")
        try workspace.write(picture(8, 8), to: "set/deep/a.png")
        try workspace.write(sound(9), to: "set/deep/s.wav")
        try workspace.write(Array("set/a.pgm\tset/a.png\nset/a.png\n".utf8), to: "onto")
        try workspace.write(Array("set/a.png\tvcodec-batch.jsonl\n".utf8), to: "log")
        let run = try workspace.run(["batch", "encode"] + options)
        #expect(run.status == 64 && run.standardError.contains(words), "\(run.standardError)")
        #expect(try workspace.names == ["log", "onto", "set"] && files(below: "set") == ["a.pgm", "a.png", "deep/a.png", "deep/s.wav"])
    }

    @Test func aManifestNamesInputsAndOutputs() throws {
        try writeSet()
        try workspace.write(try ImageFileWriter(.png).write(picture(5, 5), metadata: ImageMetadata()), to: "noname")
        try workspace.write(Array("set/a.png\r\n\nset/deep/er/B.PPM\tsmall/b.vci\nnoname\nset/a.png\n".utf8), to: "list")
        let run = try workspace.run("batch", "encode", "--manifest", "-", "--out", "out", input: "list")
        #expect(run.status == 0, "\(run.standardError)")
        #expect(try files(below: "out") == ["noname.vci", "set/a.vci", "small/b.vci", "vcodec-batch.jsonl"])
        // From the root on, paths are kept below the folder, too.
        let absolute = workspace.url("set/a.png").path
        try workspace.write(Array("\(absolute)\n".utf8), to: "list")
        #expect(try workspace.run("batch", "encode", "--manifest", "list", "--out", "root").status == 0)
        #expect(workspace.exists("root\(absolute.dropLast(4)).vci"))
    }

    @Test(arguments: [
        ("a\tb\tc\n", "line 1 is not a path"), ("\n\na\t\n", "line 3 is not a path"), ("ok.png\n../a.png\n", "line 2 leads out of the folder"),
        ("a\u{0}", "no such file"),
    ])
    func aManifestThatIsNoneIsRefused(_ text: String, _ words: String) throws {
        try workspace.write(Array(text.utf8), to: "list")
        let run = try workspace.run("batch", "encode", "--manifest", "list", "--out", "out")
        #expect(run.status == 65 && run.standardError.contains("list: \(words)") || run.status == 1, "\(run.standardError)")
        #expect(try workspace.run("batch", "encode", "--manifest", "gone", "--out", "out").status == 66)
    }

    @Test func hiddenFilesAndLinksToFoldersArePassedOver() throws {
        try writeSet()
        try workspace.write(picture(4, 4), to: "set/.git/x.png")
        try workspace.write(picture(4, 4), to: "set/.hidden.png")
        try workspace.write(picture(4, 4), to: "other/y.png")
        let manager = FileManager.default
        try manager.createSymbolicLink(at: workspace.url("set/circle"), withDestinationURL: workspace.url("set"))
        try manager.createSymbolicLink(at: workspace.url("set/link.png"), withDestinationURL: workspace.url("other/y.png"))
        try manager.createSymbolicLink(at: workspace.url("set/nowhere.png"), withDestinationURL: workspace.url("gone.png"))
        #expect(try workspace.run("batch", "encode", "set", "--out", "out", "--only", "pictures").status == 0)
        #expect(try files(below: "out") == ["a.vci", "deep/er/B.vci", "link.vci", "vcodec-batch.jsonl"])
    }

    @Test func decodingTakesTheSameWay() throws {
        try writeSet()
        _ = try workspace.run("batch", "encode", "set", "--out", "coded", "--lossless")
        let run = try workspace.run("batch", "decode", "coded", "--out", "out", "--pictures", "ppm", "--sounds", "flac")
        #expect(run.status == 0, "\(run.standardError)")
        #expect(try files(below: "out") == ["a.ppm", "deep/c.flac", "deep/er/B.ppm", "vcodec-batch.jsonl"])
        #expect(try workspace.read("out/a.ppm").image == picture(40, 30) && workspace.sound("out/deep/c.flac") == sound(3000))
        _ = try workspace.run("batch", "decode", "coded", "--out", "out")
        #expect(try workspace.sound("out/deep/c.wav") == sound(3000))
        // The originals are not a batch's.
        let again = try workspace.run("batch", "decode", "coded", "--out", "set")
        #expect(again.status == 1 && again.standardError.contains("set/a.png: is there already"))
        #expect(try workspace.run("batch", "decode", "coded", "--out", "x", "--levels", "2").status == 64)
        #expect(try workspace.run("batch", "decode", "coded", "--out", "x", "--levels", "2", "--only", "pictures").status == 0)
        for wrong in [["--pictures", "jpg"], ["--sounds", "mp3"], ["--levels", "5"]] {
            #expect(try workspace.run(["batch", "decode", "coded", "--out", "x"] + wrong).status == 64)
        }
    }

    @Test func warningsAreToldAndLogged() throws {
        try workspace.write(picture(64, 64), to: "a.png")
        _ = try workspace.run("encode", "a.png")
        try workspace.write(Array(try workspace.bytes("a.vci").dropLast(4)), to: "cut/a.vci")
        let run = try workspace.run("batch", "decode", "cut", "--out", "out")
        #expect(run.status == 0 && run.standardError.hasPrefix("vcodec: warning: cut/a.vci: incomplete from byte "), "\(run.standardError)")
        let line = try #require(try log().first)
        #expect(line.event == "done" && line.warnings?.count == 1 && line.warnings?.first?.contains("of 4 levels shown") == true)
        #expect(try workspace.run("batch", "decode", "cut", "--out", "out", "--force", "--quiet").standardError.isEmpty)
    }

    @Test func aLogThatWasCutShortIsGoneOnFrom() throws {
        try writeSet()
        _ = try workspace.run("batch", "encode", "set", "--out", "out", "--jobs", "1")
        let lines = try workspace.bytes("out/vcodec-batch.jsonl").split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // Two files are known, of the third the line breaks off.
        let cut = Array(lines.prefix(2).joined(separator: [UInt8(ascii: "\n")])) + [UInt8(ascii: "\n")] + lines[2].prefix(30)
        try workspace.write(cut, to: "out/vcodec-batch.jsonl")
        try FileManager.default.removeItem(at: workspace.url("out/deep/er/B.vci"))
        #expect(try workspace.run("batch", "encode", "set", "--out", "out").status == 0)
        let after = try workspace.bytes("out/vcodec-batch.jsonl").split(separator: UInt8(ascii: "\n")).map(Array.init)
        #expect(after.count == 5 && after[2] == Array(lines[2].prefix(30)))
        let end = try JSONDecoder().decode(Line.self, from: Data(after[4]))
        #expect(end.kept == 2 && end.done == 1)
    }

    /// Pictures that take some 20 ms each.
    private func writeMany(_ count: Int) throws {
        let image = picture(300, 200)
        for number in 100..<100 + count { try workspace.write(image, to: "set/\(number % 7)/\(number).ppm") }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func anInterruptEndsInGoodOrderAndIsGoneOnFrom(_ signal: Int32) throws {
        try writeMany(60)
        let arguments = ["batch", "encode", "set", "--out", "out", "--lossless", "--jobs", "2"]
        let tool = try workspace.start(arguments)
        try wait(for: "out/vcodec-batch.jsonl", toHave: 3)
        kill(tool.process.processIdentifier, signal)
        tool.process.waitUntilExit()
        #expect(tool.process.terminationReason == .uncaughtSignal && tool.process.terminationStatus == signal)
        #expect(try tool.result().standardError.contains("stopped; the same command goes on from here"))
        let stopped = try end()
        let done = try #require(stopped.done)
        #expect(stopped.stopped == true && (3..<60).contains(done))
        #expect(try files(below: "out").count == done + 1)
        #expect(try workspace.run(arguments).status == 0)
        #expect(try end().kept == done && end().done == 60 - done)
        #expect(try files(below: "out").count == 61)
    }

    @Test func aSecondInterruptEndsAtOnceAndLeavesNothingUnfinished() throws {
        try makeFolder("set")
        for name in ["a", "b"] { try workspace.write(picture(2000, 1500), to: "set/\(name).ppm") }
        let tool = try workspace.start(["batch", "encode", "set", "--out", "out", "--lossless", "--jobs", "2"])
        let deadline = Date(timeIntervalSinceNow: 60)
        while try !workspace.exists("out") || files(below: "out").filter({ $0.hasPrefix(".vcodec-") }).count < 2, Date() < deadline { usleep(1000) }
        for _ in 0..<2 {
            kill(tool.process.processIdentifier, SIGINT)
            usleep(50_000)
        }
        tool.process.waitUntilExit()
        #expect(tool.process.terminationReason == .uncaughtSignal && tool.process.terminationStatus == SIGINT)
        #expect(try files(below: "out") == ["vcodec-batch.jsonl"])
        #expect(try workspace.bytes("out/vcodec-batch.jsonl").isEmpty)
    }

    @Test func beingKilledLeavesWholeFilesAndIsGoneOnFrom() throws {
        try writeMany(40)
        let arguments = ["batch", "encode", "set", "--out", "out", "--lossless", "--jobs", "2"]
        let tool = try workspace.start(arguments)
        try wait(for: "out/vcodec-batch.jsonl", toHave: 3)
        kill(tool.process.processIdentifier, SIGKILL)
        tool.process.waitUntilExit()
        let whole = try files(below: "out").filter { $0.hasSuffix(".vci") }
        for name in whole { #expect(try workspace.run("verify", "--quiet", "out/\(name)").status == 0) }
        // What was given its name in the very last moment is not in the log.
        let logged = try log().count
        #expect((logged...logged + 2).contains(whole.count))
        _ = try workspace.run(arguments)
        #expect(try end().kept == logged && end().done == 40 - whole.count)
    }

    /// Waits until a file has so many lines.
    private func wait(for name: String, toHave lines: Int) throws {
        let deadline = Date(timeIntervalSinceNow: 60)
        while Date() < deadline {
            if let bytes = try? workspace.bytes(name), bytes.count(where: { $0 == UInt8(ascii: "\n") }) >= lines { return }
            usleep(1000)
        }
    }
}
