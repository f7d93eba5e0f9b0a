import Foundation
import Media
import Testing

/// Whatever goes wrong: the right status, a message that names the file, and nothing left behind.
@Suite(.timeLimit(.minutes(2))) struct FailureTests {
    private let workspace = try! Workspace()

    @Test(arguments: [
        ["--quality", "30", "--bytes", "100"], ["--bytes", "100", "--bpp", "1"],
        ["--bpp", "1", "--psnr", "40"], ["--psnr", "40", "--lossless"],
        ["--quality", "30", "--lossless"],
    ])
    func contradictoryOptionsAreBothNamed(_ options: [String]) throws {
        try workspace.write(picture(8, 8), to: "a.png")
        let run = try workspace.run(["encode", "a.png"] + options)
        let names = options.filter { $0.hasPrefix("--") }
        #expect(run.status == 64)
        #expect(run.standardError.contains("\(names[0]) and \(names[1]) contradict each other"))
        #expect(try workspace.names == ["a.png"])
    }

    @Test(arguments: [
        ["-q", "100.5"], ["-q=-1"], ["-q", "nan"], ["-q", "high"], ["--bytes", "0"],
        ["--bpp", "0"], ["--bpp", "inf"], ["--psnr=-3"], ["--threads", "0"],
        ["--max-megabytes", "0"], ["--max-metadata-megabytes=-1"], ["--frobnicate"], ["--effort", "10"], ["--effort=-1"], ["--tune", "vmaf"],
    ])
    func valuesOutOfRangeAreWrongUsage(_ options: [String]) throws {
        try workspace.write(picture(8, 8), to: "a.png")
        #expect(try workspace.run(["encode", "a.png"] + options).status == 64)
        #expect(try workspace.names == ["a.png"])
    }

    /// Nothing but refinement knows of it.
    @Test func anotherMeasureNeedsEffort() throws {
        try workspace.write(picture(8, 8), to: "a.png")
        let run = try workspace.run("encode", "--effort", "0", "--tune", "ms-ssim", "a.png")
        #expect(run.status == 64 && run.standardError.contains("--tune ms-ssim works through refinement, which --effort 0 leaves out"))
        #expect(try workspace.names == ["a.png"])
        #expect(try workspace.run("encode", "--effort", "0", "--tune", "psnr", "a.png").status == 0)
        #expect(try workspace.run("encode", "--effort", "0", "--tune", "ssimulacra2", "a.png", "b.vci").status == 0)
    }

    @Test(arguments: ["encode", "decode", "info", "verify"])
    func aMissingInputIsUnreadable(_ command: String) throws {
        let run = try workspace.run(command, "missing.png")
        #expect(run.status == 66)
        #expect(run.standardError == "vcodec: missing.png: no such file or directory\n")
    }

    @Test(arguments: [
        ["encode", "folder.vci", "x.vci"], ["decode", "folder.vci", "x.png"],
        ["info", "folder.vci"],
    ])
    func aFolderIsUnreadable(_ arguments: [String]) throws {
        try FileManager.default.createDirectory(
            at: workspace.url("folder.vci"), withIntermediateDirectories: true)
        let run = try workspace.run(arguments)
        #expect(run.status == 66)
        #expect(run.standardError == "vcodec: folder.vci: is a directory\n")
        #expect(try workspace.names == ["folder.vci"])
    }

    @Test(arguments: [[], Array("hello, this is text\n".utf8), [0x89, 0x50, 0x4E, 0x47, 13, 10]])
    func otherFilesAreBadData(_ bytes: [UInt8]) throws {
        try workspace.write(bytes, to: "a.png")
        for command in ["encode", "decode"] {
            let run = try workspace.run(command, "a.png")
            #expect(run.status == 65)
            #expect(run.standardError.hasPrefix("vcodec: a.png: "))
        }
        #expect(try workspace.names == ["a.png"])
    }

    @Test func encodedPicturesAreNotEncodedAgain() throws {
        try workspace.write(picture(8, 8), to: "a.png")
        _ = try workspace.run("encode", "a.png")
        let run = try workspace.run("encode", "a.vci", "b.vci")
        #expect(run.status == 65)
        #expect(run.standardError.contains("'vcodec decode' reads it"))
        #expect(try workspace.names == ["a.png", "a.vci"])
    }

    @Test func theNameOfAPictureIsNoNameForAnEncodedOne() throws {
        try workspace.write(picture(8, 8), to: "a.png")
        #expect(try workspace.run("encode", "a.png", "b.png").status == 64)
        #expect(try workspace.names == ["a.png"])
    }

    @Test func theInputIsNeverOverwritten() throws {
        try workspace.write(picture(8, 8), to: "a.png")
        try FileManager.default.moveItem(at: workspace.url("a.png"), to: workspace.url("a"))
        try FileManager.default.createSymbolicLink(
            at: workspace.url("link"), withDestinationURL: workspace.url("a"))
        let bytes = try workspace.bytes("a")
        for output in ["a", "./a", "link"] {
            let run = try workspace.run("encode", "a", output)
            #expect(run.status == 64)
            #expect(run.standardError.contains("is the input, too"))
            #expect(try workspace.run("encode", "-", output, input: "a").status == 64)
        }
        #expect(try workspace.bytes("a") == bytes)
        #expect(try workspace.names == ["a", "link"])
    }

    @Test(arguments: ["missing/a.vci", "a.png/a.vci", "folder"])
    func anOutputThatCannotBeMadeIsReported(_ output: String) throws {
        try workspace.write(picture(8, 8), to: "a.png")
        try FileManager.default.createDirectory(
            at: workspace.url("folder"), withIntermediateDirectories: true)
        let run = try workspace.run("encode", "a.png", output)
        #expect(run.status == 73)
        #expect(run.standardError.hasPrefix("vcodec: \(output): "))
        #expect(try workspace.names == ["a.png", "folder"])
    }

    @Test func anExistingFileIsReplacedWholeOrNotAtAll() throws {
        try workspace.write(picture(8, 8), to: "a.png")
        try workspace.write([1, 2, 3], to: "a.vci")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o640], ofItemAtPath: workspace.url("a.vci").path)
        #expect(try workspace.run("encode", "--bytes", "5", "a.png").status == 73)
        #expect(try workspace.bytes("a.vci") == [1, 2, 3])
        #expect(try workspace.run("encode", "a.png").status == 0)
        #expect(try workspace.bytes("a.vci").starts(with: [0x8E, 0x76, 0x63, 0x69]))
        let attributes = try FileManager.default.attributesOfItem(
            atPath: workspace.url("a.vci").path)
        #expect(attributes[.posixPermissions] as? Int == 0o640)
        #expect(try workspace.names == ["a.png", "a.vci"])
    }

    @Test func aLinkIsFollowed() throws {
        try workspace.write(picture(8, 8), to: "a.png")
        try workspace.write([1], to: "real.vci")
        try FileManager.default.createSymbolicLink(
            at: workspace.url("link.vci"), withDestinationURL: workspace.url("real.vci"))
        #expect(try workspace.run("encode", "a.png", "link.vci").status == 0)
        #expect(try workspace.bytes("real.vci").starts(with: [0x8E, 0x76, 0x63, 0x69]))
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func anInterruptLeavesNothingBehind(_ signal: Int32) throws {
        try workspace.write(picture(1500, 1200), to: "a.ppm")
        let tool = try workspace.start(["encode", "--lossless", "--threads", "1", "a.ppm"])
        // Until the unfinished file is there, or the work is done already.
        while tool.process.isRunning, try workspace.names.count < 2 { usleep(500) }
        kill(tool.process.processIdentifier, signal)
        tool.process.waitUntilExit()
        let names = try workspace.names
        if tool.process.terminationReason == .uncaughtSignal {
            #expect(tool.process.terminationStatus == signal)
            #expect(names == ["a.ppm"])
        } else {
            #expect(names == ["a.ppm", "a.vci"])
        }
    }

    @Test func aModelThatIsNoneIsBadData() throws {
        try workspace.write(picture(8, 8), to: "a.png")
        try workspace.write(Array("no model".utf8), to: "a.vcm")
        let run = try workspace.run("encode", "--model", "a.vcm", "a.png")
        #expect(run.status == 65)
        #expect(run.standardError.hasPrefix("vcodec: a.vcm: "))
        #expect(try workspace.run("encode", "--model", "b.vcm", "a.png").status == 66)
        #expect(try workspace.names == ["a.png", "a.vcm"])
    }
}
