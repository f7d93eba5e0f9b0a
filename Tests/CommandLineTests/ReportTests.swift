import Foundation
import Media
import Testing

/// The fields of `vcodec info --json` that the tests look at.
struct StreamDescription: Decodable {
    struct Chunk: Decodable {
        let kind: String
        let offset: Int
        let length: Int
        let level: Int?
    }

    struct Level: Decodable {
        let level: Int
        let bytes: Int
    }

    let bytes: Int
    let width: Int
    let height: Int
    let format: String
    let bitsPerPixel: Double
    let isLossless: Bool
    let qualityPoint: Int?
    let model: String?
    let levels: [Level]
    let completeLevels: Int
    let truncatedAt: Int?
    let chunks: [Chunk]
}

extension Workspace {
    func info(_ name: String) throws -> StreamDescription {
        let run = try run("info", "--json", name)
        return try JSONDecoder().decode(StreamDescription.self, from: run.standardOutput)
    }
}

@Suite(.timeLimit(.minutes(2))) struct InfoTests {
    private let workspace = try! Workspace()

    @Test func aProgramCanReadEverything() throws {
        try workspace.write(picture(50, 30, .greyAlpha, .sixteen), to: "a.png")
        _ = try workspace.run("encode", "a.png")
        let info = try workspace.info("a.vci")
        #expect(info.bytes == (try workspace.bytes("a.vci").count))
        #expect((info.width, info.height) == (50, 30))
        #expect(info.format == "grey and alpha, 16 bits")
        #expect(abs(info.bitsPerPixel - Double(info.bytes) * 8 / 1500) < 1e-9)
        #expect(!info.isLossless)
        #expect((0...63).contains(info.qualityPoint ?? -1))
        #expect(info.model?.count == 16)
        #expect(info.levels.map(\.level) == [3, 2, 1, 0])
        #expect(info.completeLevels == 4)
        #expect(info.truncatedAt == nil)
        #expect(info.chunks.first?.kind == "H")
        #expect(info.chunks.first?.offset == 5)
        #expect(info.chunks.count { $0.kind == "L" } == 4)
    }

    @Test func aPersonCanReadTheRest() throws {
        var metadata = ImageMetadata()
        metadata.colorProfile = ColorProfile(name: "p", bytes: Array(0...99))
        try workspace.write(picture(50, 30), metadata, to: "a.png")
        _ = try workspace.run("encode", "--lossless", "a.png")
        let run = try workspace.run("info", "--stats", "a.vci")
        #expect(run.status == 0)
        #expect(run.text.hasPrefix("a.vci   50×30 RGB, 8 bits   "))
        for word in ["lossless", "ICC profile", "samples", "header", "share"] {
            #expect(run.text.contains(word), "\(word)")
        }
    }

    @Test func standardInputIsRead() throws {
        try workspace.write(picture(5, 3), to: "a.png")
        _ = try workspace.run("encode", "a.png")
        let run = try workspace.run("info", "-", input: "a.vci")
        #expect(run.text.hasPrefix("standard input   5×3 RGB, 8 bits   "))
    }

    @Test func anythingElseIsRefused() throws {
        try workspace.write(Array("some text, and more of it\n".utf8), to: "a.vci")
        let run = try workspace.run("info", "a.vci")
        #expect(run.status == 65)
        #expect(run.standardError.hasPrefix("vcodec: a.vci: "))
        #expect(run.standardOutput.isEmpty)
    }
}

@Suite(.timeLimit(.minutes(2))) struct CompareTests {
    private let workspace = try! Workspace()

    @Test func equalPicturesAreInfinitelyClose() throws {
        try workspace.write(picture(40, 30), to: "a.png")
        try workspace.write(picture(40, 30), to: "a.ppm")
        let run = try workspace.run("compare", "a.png", "a.ppm")
        #expect(run.status == 0)
        #expect(run.text.contains("PSNR         ∞ dB (identical)"))
        #expect(run.text.contains("MS-SSIM      1.000000 (∞ dB, 2 of 5 scales: small picture)"))
        #expect(run.text.contains("SSIMULACRA2  100.00"))
        #expect(!run.text.contains("rate"))
    }

    @Test func forSSIMULACRA2TheEncodedPictureIsTheCopy() throws {
        try workspace.write(picture(40, 30), to: "a.png")
        _ = try workspace.run("encode", "--quiet", "-q", "0", "a.png")
        _ = try workspace.run("decode", "--quiet", "a.vci", "c.png")
        let score = try workspace.ssimulacra2("a.png", "c.png")
        #expect(try workspace.ssimulacra2("a.png", "a.vci") == score)
        #expect(try workspace.ssimulacra2("a.vci", "a.png") == score)
        #expect(try workspace.ssimulacra2("c.png", "a.png") != score)
    }

    @Test func oneDifferenceIsMeasured() throws {
        try workspace.write(
            ImageBuffer(
                width: 2, height: 1, format: PixelFormat(.grey, .eight), samples: [100, 100]),
            to: "a.pgm")
        try workspace.write(
            ImageBuffer(
                width: 2, height: 1, format: PixelFormat(.grey, .eight), samples: [100, 110]),
            to: "b.pgm")
        // 10·log₁₀(255² / 50)
        #expect(abs(try workspace.psnr("a.pgm", "b.pgm") - 31.1411036) < 1e-6)
    }

    @Test func encodedPicturesHaveARate() throws {
        try workspace.write(picture(12, 8), to: "a.png")
        _ = try workspace.run("encode", "--lossless", "a.png")
        let count = try workspace.bytes("a.vci").count
        for arguments in [("a.png", "a.vci"), ("a.vci", "a.png")] {
            let run = try workspace.run("compare", arguments.0, arguments.1)
            #expect(run.text.contains("(identical)"))
            #expect(run.text.contains(" bpp (a.vci, \(count) bytes)"))
        }
        let run = try workspace.run("compare", "-", "a.vci", input: "a.png")
        #expect(run.text.contains("(identical)"))
    }

    @Test func alphaIsToldApart() throws {
        try workspace.write(picture(9, 9, .rgba), to: "a.png")
        try workspace.write(picture(9, 9, .rgb), to: "b.png")
        #expect(try workspace.run("compare", "a.png", "a.png").text.contains("alpha        identical"))
        #expect(try workspace.run("compare", "a.png", "b.png").text.contains("only in one"))
    }

    @Test func differentSizesAreRefused() throws {
        try workspace.write(picture(9, 9), to: "a.png")
        try workspace.write(picture(9, 8), to: "b.png")
        let run = try workspace.run("compare", "a.png", "b.png")
        #expect(run.status == 65)
        #expect(run.standardError.contains("different sizes: 9×9 and 9×8"))
    }
}
