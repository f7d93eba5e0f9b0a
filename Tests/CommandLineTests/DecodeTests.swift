import Media
import MediaFiles
import Testing

@Suite(.timeLimit(.minutes(5))) struct DecodeTests {
    private let workspace = try! Workspace()

    /// Writes `a.png` and `a.vci`.
    private func encode(_ image: ImageBuffer = picture(96, 64), _ options: String...) throws {
        try workspace.write(image, to: "a.png")
        #expect(try workspace.run(["encode", "a.png"] + options).status == 0)
    }

    @Test func theOutputIsNamedAfterTheInput() throws {
        try workspace.write(picture(20, 12), to: "a.png")
        _ = try workspace.run("encode", "a.png", "b.vci")
        #expect(try workspace.run("decode", "b.vci").status == 0)
        try workspace.write(workspace.bytes("b.vci"), to: "c")
        #expect(try workspace.run("decode", "c").status == 0)
        #expect(try workspace.names == ["a.png", "b.png", "b.vci", "c", "c.png"])
        #expect(try workspace.read("b.png").image.format == PixelFormat(.rgb, .eight))
    }

    @Test(arguments: ["png", "ppm", "pnm", "pam"])
    func theNameChoosesTheFormat(_ name: String) throws {
        try encode()
        let run = try workspace.run("decode", "a.vci", "b.\(name)")
        #expect(run.status == 0)
        #expect(run.standardError.hasPrefix("a.vci → b.\(name)   96×64 RGB   "))
        _ = try workspace.run("decode", "a.vci", "c.png")
        #expect(try workspace.read("b.\(name)").image == workspace.read("c.png").image)
    }

    @Test func aFormatWithoutRoomForThePictureIsNotWritten() throws {
        try encode()
        let run = try workspace.run("decode", "a.vci", "b.pgm")
        #expect(run.status == 73)
        #expect(run.standardError.contains("PGM files cannot hold this picture"))
        #expect(try workspace.names == ["a.png", "a.vci"])
    }

    @Test func anUnknownFormatIsRefusedBeforeAnythingElse() throws {
        let run = try workspace.run("decode", "missing.vci", "b.jpeg")
        #expect(run.status == 64)
        #expect(run.standardError.contains("'jpeg' stands for no image format"))
    }

    @Test func eachLevelGivesAPictureOfFullSize() throws {
        try encode()
        for level in 1...4 {
            let run = try workspace.run("decode", "--levels", "\(level)", "a.vci", "\(level).png")
            #expect(run.status == 0)
            #expect(run.standardError.contains("(\(level) of 4 levels)") == (level < 4))
            #expect(!run.standardError.contains("warning"))
            #expect(try workspace.read("\(level).png").image.width == 96)
        }
        #expect(try workspace.psnr("1.png", "4.png") < .infinity)
        _ = try workspace.run("decode", "a.vci", "all.png")
        #expect(try workspace.psnr("all.png", "4.png") == .infinity)
        #expect(try workspace.run("decode", "--levels", "0", "a.vci").status == 64)
        #expect(try workspace.run("decode", "--levels", "5", "a.vci").status == 64)
    }

    @Test func aFileThatIsCutShortGivesTheLevelsThatAreThere() throws {
        try encode()
        let bytes = try workspace.bytes("a.vci")
        try workspace.write(bytes.dropLast(1), to: "cut.vci")
        let run = try workspace.run("decode", "cut.vci")
        #expect(run.status == 0)
        #expect(run.standardError.contains("vcodec: warning: cut.vci: incomplete from byte "))
        #expect(run.standardError.contains("3 of 4 levels"))
        _ = try workspace.run("decode", "--levels", "3", "a.vci", "three.png")
        #expect(try workspace.read("cut.png").image == workspace.read("three.png").image)
        #expect(try workspace.run("verify", "cut.vci").status == 65)
    }

    @Test func aCutAnywhereGivesAPictureOrAMessageAndNoFile() throws {
        try encode(picture(40, 24), "-q", "10")
        let bytes = try workspace.bytes("a.vci")
        var lengths = Array(0..<min(24, bytes.count))
        lengths += stride(from: 24, to: bytes.count, by: max(1, bytes.count / 12))
        for length in lengths {
            try workspace.write(Array(bytes.prefix(length)), to: "cut.vci")
            let run = try workspace.run("decode", "cut.vci", "cut-\(length).png")
            #expect(run.status == 0 || run.status == 65, "cut at \(length): \(run.standardError)")
            #expect(run.standardError.hasPrefix("vcodec: "), "cut at \(length)")
            #expect(workspace.exists("cut-\(length).png") == (run.status == 0))
        }
        #expect(try workspace.names.allSatisfy { !$0.hasPrefix(".") })
    }

    @Test func aFlippedBitAnywhereIsNoCrash() throws {
        try encode(picture(40, 24), "-q", "10")
        let bytes = try workspace.bytes("a.vci")
        for index in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 24)) {
            var damaged = bytes
            damaged[index] ^= 1 << (index % 8)
            try workspace.write(damaged, to: "damaged.vci")
            let run = try workspace.run("decode", "damaged.vci", "damaged-\(index).png")
            #expect(run.status == 0 || run.status == 65, "byte \(index): \(run.standardError)")
            #expect(workspace.exists("damaged-\(index).png") == (run.status == 0))
        }
    }

    @Test func aDamagedChunkIsNamedWithItsOffset() throws {
        try encode()
        var bytes = try workspace.bytes("a.vci")
        bytes[bytes.count - 1] ^= 1
        try workspace.write(bytes, to: "damaged.vci")
        let run = try workspace.run("decode", "damaged.vci")
        let offset = try #require(try workspace.info("a.vci").chunks.last?.offset)
        #expect(run.status == 65)
        #expect(run.standardError.hasPrefix("vcodec: damaged.vci: "))
        #expect(run.standardError.contains("\(offset)"))
        #expect(!workspace.exists("damaged.png"))
    }

    @Test func aRegionIsDecodedAlone() throws {
        try encode()
        let run = try workspace.run("decode", "--region", "30x20+7+44", "a.vci", "part.png")
        #expect(run.status == 0)
        #expect(run.standardError.hasPrefix("a.vci → part.png   30×20 RGB   "))
        _ = try workspace.run("decode", "a.vci", "whole.png")
        let (part, whole) = (try workspace.read("part.png").image, try workspace.read("whole.png").image)
        for y in 0..<20 {
            for x in 0..<30 { #expect((0..<3).allSatisfy { part[x, y, $0] == whole[x + 7, y + 44, $0] }) }
        }
    }

    @Test func aRegionThatIsNoneIsWrongUsage() throws {
        try encode()
        for (region, said) in [("30x20", "WIDTHxHEIGHT+X+Y"), ("30x21+7+44", "inside of 96x64+0+0"), ("0x1+0+0", "at least a pixel")] {
            let run = try workspace.run("decode", "--region", region, "a.vci", "part.png")
            #expect(run.status == 64 && run.standardError.contains(said), "\(region): \(run.standardError)")
        }
        try workspace.write(sound(100, AudioFormat(sampleRate: 8000, channels: 1, sample: .integer(bits: 16))), to: "a.wav")
        _ = try workspace.run("encode", "a.wav")
        #expect(try workspace.run("decode", "--region", "1x1+0+0", "a.vca", "b.wav").standardError.contains("--region is for pictures"))
        #expect(try workspace.names == ["a.png", "a.vca", "a.vci", "a.wav"])
    }

    @Test func theLimitOfMetadataIsNamedAndLifted() throws {
        var metadata = ImageMetadata()
        metadata.exif = Array("II*\0".utf8) + [UInt8](repeating: 7, count: 3 << 19)
        try workspace.write(picture(9, 9), metadata, to: "a.png")
        let option = "--max-metadata-megabytes"
        let refused = try workspace.run("encode", option, "1", "a.png")
        #expect(refused.status == 65 && refused.standardError.contains(option))
        #expect(try workspace.run("encode", option, "2", "a.png").status == 0)
        for command in [["decode", "a.vci", "b.png"], ["info", "a.vci"]] {
            let run = try workspace.run(command + [option, "1"])
            #expect(run.status == 0 && run.standardError.contains("warning: a.vci: the metadata would take"))
            #expect(run.standardError.contains("(\(option))"))
            #expect(try !workspace.run(command + [option, "2"]).standardError.contains("warning"))
        }
        #expect(try workspace.read("b.png").metadata.exif == metadata.exif)
    }

    @Test func aLimitIsKept() throws {
        try workspace.write(picture(600, 600, .rgba, .sixteen), to: "a.png")
        let encode = try workspace.run("encode", "--max-megabytes", "1", "a.png")
        #expect(encode.status == 65 && encode.standardError.contains("--max-megabytes"))
        _ = try workspace.run("encode", "--lossless", "a.png")
        let decode = try workspace.run("decode", "--max-megabytes", "1", "a.vci", "b.png")
        #expect(decode.status == 65)
        #expect(decode.standardError.contains("--max-megabytes"))
        #expect(!workspace.exists("b.png"))
        #expect(try workspace.run("decode", "--max-megabytes", "9", "a.vci", "b.png").status == 0)
    }
}
