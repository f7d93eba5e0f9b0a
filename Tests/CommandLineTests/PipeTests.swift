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
