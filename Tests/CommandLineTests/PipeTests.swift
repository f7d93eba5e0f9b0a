import Foundation
import Media
import MediaFiles
import Testing

@Suite(.timeLimit(.minutes(2))) struct PipeTests {
    private let workspace = try! Workspace()

    @Test func bothCommandsReadAndWritePipes() throws {
        try workspace.write(picture(30, 20), to: "a.png")
        let encode = try workspace.run("encode", "--lossless", "-", "-", input: "a.png")
        #expect(encode.status == 0)
        #expect(encode.standardError.hasPrefix("standard input → standard output   30×20 RGB   "))
        try workspace.write(Array(encode.standardOutput), to: "a.vci")
        let decode = try workspace.run("decode", "-", "-", input: "a.vci")
        #expect(decode.status == 0)
        try workspace.write(Array(decode.standardOutput), to: "b.png")
        #expect(try workspace.read("b.png").image == picture(30, 20))
    }

    @Test func aPipeGivesTheBytesOfAFile() throws {
        try workspace.write(picture(30, 20), to: "a.png")
        _ = try workspace.run("encode", "a.png", "b.vci")
        let run = try workspace.run("encode", "a.png", "-")
        #expect(Array(run.standardOutput) == (try workspace.bytes("b.vci")))
    }

    @Test func standardInputGoesToStandardOutputByDefault() throws {
        try workspace.write(picture(30, 20), to: "a.png")
        let encode = try workspace.run("encode", "-", input: "a.png")
        #expect(encode.standardOutput.starts(with: [0x8E, 0x76, 0x63, 0x69]))
        try workspace.write(Array(encode.standardOutput), to: "a.vci")
        let decode = try workspace.run("decode", "-", input: "a.vci")
        #expect(decode.standardOutput.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        #expect(try workspace.names == ["a.png", "a.vci"])
    }

    /// Looked at to see what is in it, and read from the beginning all the same.
    @Test(arguments: [("a.png", "a.vci", "b.png"), ("a.wav", "a.vca", "b.wav")])
    func aPipeWithANameIsReadLikeAFile(input: String, encoded: String, decoded: String) throws {
        try workspace.write(picture(30, 20), to: "a.png")
        try workspace.write(sound(500), to: "a.wav")
        #expect(try runThroughPipe("encode", input, encoded) == 0)
        #expect(try runThroughPipe("decode", encoded, decoded) == 0)
        #expect(try workspace.run("compare", "--json", input, decoded).status == 0)
        _ = try workspace.run("encode", input, "c")
        #expect(try workspace.bytes("c") == workspace.bytes(encoded))
    }

    private func runThroughPipe(_ command: String, _ input: String, _ output: String) throws -> Int32 {
        let pipe = workspace.url("pipe")
        #expect(unsafe mkfifo(pipe.path, 0o600) == 0)
        let tool = try workspace.start([command, "pipe", output], input: nil)
        try Data(try workspace.bytes(input)).write(to: pipe, options: [])
        tool.process.waitUntilExit()
        try FileManager.default.removeItem(at: pipe)
        return tool.process.terminationStatus
    }

    @Test(arguments: ["encode", "decode", "info", "verify"])
    func anEmptyPipeIsBadData(_ command: String) throws {
        let run = try workspace.run(command, "-")
        #expect(run.status == 65)
        #expect(run.standardError.hasPrefix("vcodec: standard input: "))
        #expect(run.standardOutput.isEmpty)
        #expect(try workspace.names.isEmpty)
    }

    @Test func aFullDeviceIsReported() throws {
        guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
        try workspace.write(picture(30, 20), to: "a.png")
        let run = try workspace.run("encode", "a.png", "/dev/full")
        #expect(run.status == 73)
        #expect(run.standardError == "vcodec: /dev/full: no space left on device\n")
        #expect(FileManager.default.fileExists(atPath: "/dev/full"))
    }
}
