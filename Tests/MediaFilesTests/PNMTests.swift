import Media
import MediaFiles
import TestSupport
import Testing

@Suite struct PNMTests {
    private func read(_ text: String, _ raster: [UInt8] = []) throws -> ImageFile {
        try PNMReader().read(Array(text.utf8) + raster)
    }

    private func image(
        _ width: Int, _ height: Int, _ channels: PixelFormat.Channels,
        _ depth: PixelFormat.BitDepth, bits: Int, _ samples: [UInt16]
    ) -> ImageFile {
        ImageFile(
            image: ImageBuffer(
                width: width, height: height, format: PixelFormat(channels, depth),
                significantBits: bits, samples: samples))
    }

    @Test func everyFormatIsRead() throws {
        let bits = image(3, 2, .grey, .eight, bits: 1, [0, 255, 0, 255, 255, 0])
        #expect(try read("P1\n3 2\n1 0 1\n0 0 1\n") == bits)
        #expect(try read("P1 3 2 101001") == bits)
        #expect(try read("P4\n3 2\n", [0b1010_0000, 0b0010_0000]) == bits)
        let grey = image(2, 1, .grey, .eight, bits: 8, [7, 255])
        #expect(try read("P2\n2 1\n255\n7 255") == grey)
        #expect(try read("P5\n2 1\n255\n", [7, 255]) == grey)
        let color = image(1, 1, .rgb, .sixteen, bits: 16, [258, 772, 65_535])
        #expect(try read("P3\n1 1\n65535\n258 772 65535\n") == color)
        #expect(try read("P6\n1 1\n65535\n", [1, 2, 3, 4, 255, 255]) == color)
        let alpha = image(1, 1, .greyAlpha, .eight, bits: 8, [9, 128])
        #expect(try read(pam(depth: 2, "GRAYSCALE_ALPHA"), [9, 128]) == alpha)
        #expect(try read(pam(depth: 2, "SOMETHING ELSE"), [9, 128]) == alpha)
        let rgba = image(1, 1, .rgba, .eight, bits: 8, [1, 2, 3, 4])
        #expect(try read(pam(depth: 4, "RGB_ALPHA"), [1, 2, 3, 4]) == rgba)
    }

    private func pam(depth: Int, _ tupleType: String, maximum: Int = 255) -> String {
        """
        P7
        # a comment
        HEIGHT 1

        WIDTH 1
        TUPLTYPE \(tupleType)
        DEPTH \(depth)
        MAXVAL \(maximum)
        ENDHDR

        """
    }

    /// In PAM, unlike PBM, one is white.
    @Test func blackAndWhiteTuplesAreNotInverted() throws {
        let white = image(1, 1, .grey, .eight, bits: 1, [255])
        #expect(try read(pam(depth: 1, "BLACKANDWHITE", maximum: 1), [1]) == white)
    }

    @Test(arguments: [
        "P5 # c\n2 1\n255\n", "P5\n# GIMP\n# and more\n2 1\n255\n", "P5\n2# width\n1\n255\n",
        "P5\r\n2 1\t255 ", "P5\n2 1\n255# the end of this line ends the header\n",
        "P5#\n02 1 0255\n",
    ])
    func commentsAndWhiteSpaceMeanNothing(_ header: String) throws {
        #expect(try read(header, [35, 10]).image.samples == [35, 10])
    }

    @Test func commentsInPlainSamplesMeanNothing() throws {
        #expect(try read("P2 2 1 255 1 # one\n2").image.samples == [1, 2])
    }

    @Test(arguments: [1, 2, 3, 15, 17, 100, 254, 255, 256, 1023, 4095, 40_000, 65_534, 65_535])
    func samplesAreScaledToNearest(_ maximum: Int) throws {
        let full = maximum <= 255 ? 255 : 65_535
        let values = Set([0, 1, maximum / 2, maximum - 1, maximum]).sorted()
        let numbers = values.map(String.init).joined(separator: " ")
        let image = try read("P2\n\(values.count) 1\n\(maximum)\n\(numbers)").image
        #expect(image.significantBits == String(maximum, radix: 2).count)
        for (value, sample) in zip(values, image.samples) {
            let error = Int(sample) * maximum - value * full
            // |sample / full − value / maximum| is at most half a step of `full`.
            #expect(2 * error.magnitude <= maximum)
        }
    }

    @Test(arguments: everyFormat)
    func readsWhatTheWriterWrote(_ format: PixelFormat) throws {
        for (width, height) in unevenSizes {
            let image = randomImage(
                width: width, height: height, format: format, seed: UInt64(height))
            #expect(try PNMReader().read(PNMWriter(.pam).write(image)).image == image)
            if format.channels.hasAlpha { continue }
            for encoding in [PNMWriter.Encoding.raw, .plain] {
                let bytes = try PNMWriter(.pnm, encoding: encoding).write(image)
                #expect(try PNMReader().read(bytes).image == image)
            }
        }
    }

    @Test(arguments: [PNMWriter.Encoding.raw, .plain])
    func readsTheBitsThatTheWriterWrote(_ encoding: PNMWriter.Encoding) throws {
        for (width, height) in unevenSizes {
            var generator = SeededGenerator(seed: UInt64(width))
            let samples = (0..<width * height).map { _ in
                Bool.random(using: &generator) ? UInt16(255) : 0
            }
            let image = ImageBuffer(
                width: width, height: height, format: PixelFormat(.grey, .eight),
                significantBits: 1, samples: samples)
            let bytes = try PNMWriter(.pbm, encoding: encoding).write(image)
            #expect(try PNMReader().read(bytes).image == image)
        }
    }

    @Test func plainLinesHaveAtMostSeventyCharacters() throws {
        let image = randomImage(
            width: 40, height: 5, format: PixelFormat(.rgb, .sixteen), seed: 9)
        let bytes = try PNMWriter(.ppm, encoding: .plain).write(image)
        #expect(bytes.split(separator: 10).allSatisfy { $0.count <= 70 })
    }

    @Test func formatsWithoutPlaceForThePictureRefuseIt() {
        let alpha = PixelFormat(.rgba, .eight)
        let image = randomImage(width: 2, height: 2, format: alpha, seed: 10)
        for format in [ImageFileKind.NetpbmFormat.pbm, .pgm, .ppm, .pnm] {
            #expect(
                throws: MediaFileError.unsupportedPicture(
                    alpha, significantBits: 8, kind: .netpbm(format))
            ) { try PNMWriter(format).write(image) }
        }
        let grey = randomImage(width: 9, height: 9, format: PixelFormat(.grey, .eight), seed: 11)
        #expect(
            throws: MediaFileError.unsupportedPicture(
                grey.format, significantBits: 8, kind: .netpbm(.pbm))
        ) { try PNMWriter(.pbm).write(grey) }
    }
}

// What is wrong.
extension PNMTests {
    @Test(arguments: [
        ("P5\n0 1\n255\n", MediaFileError.valueOutOfRange(
            .width, found: 0, allowed: 1...0x7FFF_FFFF, offset: 3)),
        ("P5\n1 99999999999999999999\n255\n", .valueOutOfRange(
            .height, found: 1 << 48, allowed: 1...0x7FFF_FFFF, offset: 5)),
        ("P5\n1 1\n65536\n", .valueOutOfRange(
            .maximum, found: 65_536, allowed: 1...65_535, offset: 7)),
        ("P5\n1 1\n0\n", .valueOutOfRange(.maximum, found: 0, allowed: 1...65_535, offset: 7)),
        ("P5\n1 x\n", .unexpectedByte(0x78, expected: .height, offset: 5)),
        ("P5\n-1 1\n", .unexpectedByte(0x2D, expected: .width, offset: 3)),
        ("P5\n1", .truncated(.height, offset: 4, needed: 1, available: 0)),
        ("P6\n2 2\n255\nabc", .truncated(.raster, offset: 11, needed: 12, available: 3)),
        ("P6\n2 2\n256\nabc", .truncated(.raster, offset: 11, needed: 24, available: 3)),
        ("P4\n9 2\nabc", .truncated(.raster, offset: 7, needed: 4, available: 3)),
        ("P2\n2 1\n9\n1", .truncated(.raster, offset: 9, needed: 3, available: 1)),
        ("P2\n2 1\n9\n1   ", .truncated(.sample, offset: 13, needed: 1, available: 0)),
        ("P2\n2 1\n9\n1 10", .valueOutOfRange(.sample, found: 10, allowed: 0...9, offset: 11)),
        ("P5\n2 1\n9\n\u{1}\u{A}", .valueOutOfRange(
            .sample, found: 10, allowed: 0...9, offset: 10)),
        ("P1\n2 1\n12", .unexpectedByte(0x32, expected: .bit, offset: 8)),
        ("P5\n70000 1\n255\n", .limitExceeded(
            .width, requested: 70_000, allowed: 65_535, offset: 0)),
        ("P5\n65535 65535\n255\n", .limitExceeded(
            .pixels, requested: 65_535 * 65_535, allowed: 1 << 28, offset: 0)),
        ("P7\nWIDTH 1\nENDHDR\n", .missingHeaderLine(.depth, offset: 18)),
        ("P7\nWIDTH\n", .missingHeaderLine(.width, offset: 3)),
        ("P7\nWIDTH 1x\n", .unexpectedByte(0x78, expected: .width, offset: 10)),
        ("P7\nDEPTH 5\n", .valueOutOfRange(.depth, found: 5, allowed: 1...4, offset: 9)),
        ("P7\nCOLOR 5\n", .unknownHeaderLine("COLOR", offset: 3)),
        ("P7\nWIDTH 1", .truncated(.headerLine, offset: 3, needed: 8, available: 7)),
        ("P7\nWIDTH 1\nHEIGHT 1\nMAXVAL 1\nDEPTH 1\nTUPLTYPE RGB\nENDHDR\n", .tupleTypeMismatch(
            "RGB", depth: 1, offset: 37)),
    ])
    func brokenFilesAreRefused(_ text: String, _ error: MediaFileError) {
        #expect(throws: error) { try read(text) }
    }

    @Test func bytesAfterTheEndAreAWarning() throws {
        #expect(try read("P5\n1 1\n255\n", [1]).warnings.isEmpty)
        #expect(try read("P5\n1 1\n255\n", [1, 10]).warnings.isEmpty)
        #expect(
            try read("P5\n1 1\n255\n", [1, 2]).warnings == [.trailingBytes(count: 1, offset: 12)])
    }

    @Test(arguments: ["P1", "P2", "P3", "P4", "P5", "P6", "P7"])
    func damageNeverCrashes(_ magic: String) throws {
        var generator = SeededGenerator(seed: 12)
        let header =
            magic == "P7"
            ? "P7\nWIDTH 3\nHEIGHT 2\nDEPTH 2\nMAXVAL 300\nENDHDR\n" : "\(magic)\n3 2\n200\n"
        let original = Array(header.utf8) + Array("1 0 1 0 0 1 1 0 1 1 0 1 1 0 1 0 1 1".utf8)
        for _ in 0..<3000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let position = Int.random(in: 2..<bytes.count, using: &generator)
                bytes[position] = "0123456789 \n#WE".utf8.randomElement(using: &generator)!
            }
            bytes.removeLast(Int.random(in: 0...8, using: &generator))
            do throws(MediaFileError) {
                _ = try PNMReader().read(bytes)
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }
}
