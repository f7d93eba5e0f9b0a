import Foundation
import Media
import MediaFiles
import Testing

@Suite(.timeLimit(.minutes(2))) struct EncodeTests {
    private let workspace = try! Workspace()

    @Test(arguments: [
        ("photo.png", "photo.vci"), ("photo.ppm", "photo.vci"), ("Photo.PNG", "Photo.vci"),
        ("a.b.png", "a.b.vci"),
    ])
    func theOutputIsNamedAfterTheInput(_ input: String, _ output: String) throws {
        try workspace.write(picture(20, 12), to: input)
        let run = try workspace.run("encode", input)
        #expect(run.status == 0)
        #expect(run.standardOutput.isEmpty)
        #expect(try workspace.names == [input, output].sorted())
    }

    @Test func oneLineSaysWhatWasDone() throws {
        try workspace.write(picture(20, 12), to: "photo.png")
        let run = try workspace.run("encode", "--quality", "40", "photo.png")
        let count = try workspace.bytes("photo.vci").count
        #expect(run.standardError.hasPrefix("photo.png → photo.vci   20×12 RGB   720 → \(count) bytes ("))
        #expect(run.standardError.contains(" bpp, quality 40)   "))
        #expect(run.standardError.hasSuffix(" s\n"))
        #expect(run.standardError.split(separator: "\n").count == 1)
    }

    @Test(arguments: ["encode", "decode", "info", "compare", "verify"])
    func quietCommandsSayNothing(_ command: String) throws {
        try workspace.write(picture(20, 12), to: "a.png")
        #expect(try workspace.run("encode", "--quiet", "a.png", "b.vci").standardError.isEmpty)
        let arguments = [
            "encode": ["a.png"], "decode": ["b.vci"], "info": ["b.vci"],
            "compare": ["a.png", "b.vci"], "verify": ["b.vci"],
        ]
        let run = try workspace.run([command, "--quiet"] + arguments[command]!)
        #expect(run.status == 0)
        #expect(run.standardError.isEmpty)
        #expect(run.standardOutput.isEmpty == (command != "info" && command != "compare"))
    }

    @Test func higherQualityIsCloserAndLarger() throws {
        try workspace.write(picture(96, 64), to: "a.png")
        for quality in ["5", "95"] {
            let run = try workspace.run("encode", "-q", quality, "a.png", "\(quality).vci")
            #expect(run.status == 0, "\(run.standardError)")
        }
        #expect(try workspace.bytes("5.vci").count < workspace.bytes("95.vci").count)
        #expect(try workspace.psnr("a.png", "5.vci") < workspace.psnr("a.png", "95.vci"))
    }

    @Test(arguments: [["--bytes", "1200"], ["--bpp", "1.5625"]])
    func aByteLimitIsNeverExceeded(_ option: [String]) throws {
        try workspace.write(picture(96, 64), to: "a.png")
        let run = try workspace.run("encode", option[0], option[1], "a.png")
        #expect(run.status == 0, "\(run.standardError)")
        #expect(try workspace.bytes("a.vci").count <= 1200)
    }

    @Test func whatDoesNotFitIsNotWritten() throws {
        try workspace.write(picture(96, 64), to: "a.png")
        let run = try workspace.run("encode", "--bytes", "5", "a.png")
        #expect(run.status == 73)
        #expect(run.standardError.hasPrefix("vcodec: a.png: "))
        #expect(try workspace.names == ["a.png"])
    }

    @Test(arguments: PixelFormat.Channels.allCases, PixelFormat.BitDepth.allCases)
    func losslessBringsEverySampleBack(
        _ channels: PixelFormat.Channels, _ depth: PixelFormat.BitDepth
    ) throws {
        let image = picture(19, 11, channels, depth)
        try workspace.write(image, to: "a.png")
        #expect(try workspace.run("encode", "--lossless", "a.png").status == 0)
        #expect(try workspace.run("decode", "a.vci", "b.png").status == 0)
        #expect(try workspace.read("b.png").image == image)
        #expect(try workspace.run("decode", "a.vci", "b.pam").status == 0)
        #expect(try workspace.read("b.pam").image.samples == image.samples)
    }

    @Test func alphaIsKeptAndMetadataSurvive() throws {
        let image = picture(24, 16, .rgba)
        var metadata = ImageMetadata()
        metadata.gamma = 45_455
        metadata.colorProfile = ColorProfile(name: "a profile", bytes: Array(0...200))
        try workspace.write(image, metadata, to: "a.png")
        #expect(try workspace.run("encode", "-q", "20", "a.png").status == 0)
        #expect(try workspace.run("decode", "a.vci", "b.png").status == 0)
        let file = try workspace.read("b.png")
        #expect(file.metadata.gamma == metadata.gamma)
        #expect(file.metadata.colorProfile == metadata.colorProfile)
        #expect(alpha(file.image) == alpha(image))
    }

    private func alpha(_ image: ImageBuffer) -> [UInt16] {
        stride(from: 3, to: image.samples.count, by: 4).map { image.samples[$0] }
    }

    @Test func threadsDoNotChangeTheBytes() throws {
        try workspace.write(picture(96, 64), to: "a.png")
        for threads in ["1", "2", "7"] {
            _ = try workspace.run("encode", "--threads", threads, "a.png", "\(threads).vci")
        }
        let bytes = try workspace.bytes("1.vci")
        #expect(try workspace.bytes("2.vci") == bytes)
        #expect(try workspace.bytes("7.vci") == bytes)
    }

    @Test func harmlessDefectsOfTheInputAreWarnings() throws {
        try workspace.write(picture(8, 8), to: "a.png")
        try workspace.write(workspace.bytes("a.png") + [1, 2, 3], to: "a.png")
        let run = try workspace.run("encode", "a.png")
        #expect(run.status == 0)
        #expect(run.standardError.hasPrefix("vcodec: warning: a.png: 3 bytes after the end"))
        #expect(try workspace.run("encode", "--quiet", "a.png").standardError.isEmpty)
    }
}

extension Workspace {
    /// PSNR as `vcodec compare` gives it.
    func psnr(_ first: String, _ second: String) throws -> Double {
        try comparison(first, second)["psnr"] ?? .infinity
    }

    func ssimulacra2(_ first: String, _ second: String) throws -> Double {
        try #require(try comparison(first, second)["ssimulacra2"])
    }

    /// The numbers that `compare` tells.
    private func comparison(_ first: String, _ second: String) throws -> [String: Double] {
        let run = try run("compare", "--json", first, second)
        let report = try JSONSerialization.jsonObject(with: run.standardOutput) as? [String: Any]
        return (report ?? [:]).compactMapValues { $0 as? Double }
    }
}
