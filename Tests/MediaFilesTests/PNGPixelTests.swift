import Media
import MediaFiles
import TestSupport
import Testing

@Suite struct PNGPixelTests {
    @Test(arguments: StoredPicture.Kind.all, [false, true])
    func everyColorTypeDepthAndInterlacingIsExpanded(
        _ kind: StoredPicture.Kind, isInterlaced: Bool
    ) throws {
        for (width, height) in unevenSizes {
            let picture = StoredPicture(
                width: width, height: height, kind: kind, isInterlaced: isInterlaced,
                seed: UInt64(width * 100 + height))
            let file = try PNGReader().read(picture.file())
            #expect(file.image == picture.expanded, "\(width)×\(height)")
            #expect(file.metadata.isEmpty)
            #expect(file.warnings.isEmpty)
        }
    }

    @Test(arguments: everyFormat)
    func readsWhatTheWriterWrote(_ format: PixelFormat) throws {
        for (width, height) in unevenSizes {
            let image = randomImage(
                width: width, height: height, format: format, seed: UInt64(width))
            let file = try PNGReader().read(PNGWriter().write(image))
            #expect(file == ImageFile(image: image), "\(width)×\(height)")
        }
    }

    @Test(arguments: 0...9)
    func compressionLevelsChangeOnlyTheBytes(_ level: Int) throws {
        let format = PixelFormat(.rgba, .sixteen)
        let image = randomImage(width: 61, height: 47, format: format, seed: 5)
        let bytes = try PNGWriter(compressionLevel: level).write(image)
        #expect(try PNGReader().read(bytes).image == image)
    }

    @Test(arguments: [(65_535, 1), (1, 65_535)])
    func longRowsAndColumnsSurvive(_ width: Int, _ height: Int) throws {
        let image = randomImage(
            width: width, height: height, format: PixelFormat(.grey, .eight), seed: 6)
        #expect(try PNGReader().read(PNGWriter().write(image)).image == image)
    }

    @Test(arguments: 1...16)
    func significantBitsSurvive(_ bits: Int) throws {
        for format in everyFormat where bits <= format.bitDepth.bits {
            let image = randomImage(
                width: 3, height: 2, format: format, significantBits: bits, seed: 7)
            #expect(try PNGReader().read(PNGWriter().write(image)).image == image)
        }
    }

    @Test func indicesBeyondThePaletteAreBlack() throws {
        let kind = StoredPicture.Kind(colorType: .indexed, bitDepth: 8, hasTransparency: false)
        let picture = StoredPicture(
            width: 16, height: 16, kind: kind, isInterlaced: false, seed: 8)
        var chunks = picture.chunks()
        chunks[1].payload.removeLast(3 * 200)
        let image = try PNGReader().read(PNGContainer.compose(chunks)).image
        for (index, pixel) in picture.values.enumerated() where pixel >= 56 {
            #expect(image.samples[3 * index..<3 * index + 3] == [0, 0, 0])
        }
    }
}
