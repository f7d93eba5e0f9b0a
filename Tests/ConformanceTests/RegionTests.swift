import BitstreamFormat
import ImageCodec
import IntegerKernels
import LatentModels
import Media
import TestSupport
import Testing
import VCodec

/// A region has exactly the samples that the whole picture has there, and costs no tile that it does not touch.
@Suite struct RegionTests {
    private func encode(_ image: ImageBuffer, _ target: RateTarget) throws -> [UInt8] {
        var options = EncodingOptions()
        options.target = target
        options.effort = Effort(0)
        return try ImageEncoder(options: options).encode(image, metadata: Pictures.metadata).bytes
    }

    private func decode(_ file: [UInt8], _ region: PixelRegion, levels: Int? = nil) throws -> DecodedImage {
        var options = DecodingOptions()
        options.region = region
        options.levels = levels
        return try ImageDecoder(options: options).decode(file)
    }

    /// The samples of a part of a picture.
    private func crop(_ image: ImageBuffer, _ region: PixelRegion) -> ImageBuffer {
        let channels = image.format.channels.count
        let samples = region.rows.flatMap { y in
            image.samples[(y * image.width + region.x) * channels..<(y * image.width + region.x + region.width) * channels]
        }
        return ImageBuffer(
            width: region.width, height: region.height, format: image.format, significantBits: image.significantBits,
            samples: samples)
    }

    /// Any region; often one that touches an edge.
    private func region(_ width: Int, _ height: Int, _ generator: inout SeededGenerator) -> PixelRegion {
        func side(_ count: Int) -> Range<Int> {
            let ends = [Int.random(in: 0...count, using: &generator), Int.random(in: 0...count, using: &generator)].sorted()
            return switch Int.random(in: 0..<4, using: &generator) {
            case 0: 0..<max(1, ends[1])
            case 1: min(ends[0], count - 1)..<count
            default: min(ends[0], count - 1)..<max(ends[1], min(ends[0], count - 1) + 1)
            }
        }
        let (columns, rows) = (side(width), side(height))
        return PixelRegion(x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
    }

    static let targets: [RateTarget] = [.quality(40), .lossless, .maximumError(3)]

    @Test(arguments: Pictures.formats, targets)
    func isAPartOfTheWhole(format: PixelFormat, target: RateTarget) throws {
        var generator = SeededGenerator(seed: UInt64(format.channels.count * 32 + format.bitDepth.bits))
        for _ in 0..<4 {
            let (width, height) = (Int.random(in: 1...170, using: &generator), Int.random(in: 1...170, using: &generator))
            let file = try encode(Pictures.picture(width, height, format, seed: generator.next()), target)
            let whole = try ImageDecoder().decode(file)
            for _ in 0..<6 {
                let region = region(width, height, &generator)
                let part = try decode(file, region)
                #expect(part.image == crop(whole.image, region), "\(region) of \(width)×\(height)")
                #expect(part.metadata == whole.metadata)
            }
        }
    }

    /// Colours that repeat are coded as copies, and alpha as samples.
    @Test func isAPartOfADrawnWhole() throws {
        let format = PixelFormat(.rgba, .eight)
        let samples = (0..<300 * 200 * 4).map { (index: Int) -> UInt16 in
            let (column, row) = (index / 4 % 300 / 7, index / 1200 / 5)
            return UInt16(((column ^ row) & 3) * 60)
        }
        let file = try encode(ImageBuffer(width: 300, height: 200, format: format, samples: samples), .lossless)
        var generator = SeededGenerator(seed: 3)
        let whole = try ImageDecoder().decode(file).image
        #expect(whole.samples == samples)
        for _ in 0..<12 {
            let region = region(300, 200, &generator)
            #expect(try decode(file, region).image == crop(whole, region), "\(region)")
        }
    }

    /// Tiles start every 1984 samples and share 64 with the next.
    @Test(arguments: [(4100, 40), (40, 4100)])
    func isAPartAcrossSeams(width: Int, height: Int) throws {
        let file = try encode(Pictures.picture(width, height, PixelFormat(.rgb, .eight), seed: 9), .quality(30))
        let whole = try ImageDecoder().decode(file).image
        var generator = SeededGenerator(seed: 5)
        let ends = [0, 1983, 1984, 1985, 2000, 2047, 2048, 2049, 3967, 3968, 4031, 4032, 4099]
        for _ in 0..<24 {
            let along = [ends.randomElement(using: &generator)!, ends.randomElement(using: &generator)!].sorted()
            let (start, count) = (along[0], along[1] - along[0] + 1)
            let (x, side) = (Int.random(in: 0..<20, using: &generator), Int.random(in: 1...20, using: &generator))
            let region = width > height
                ? PixelRegion(x: start, y: x, width: count, height: side)
                : PixelRegion(x: x, y: start, width: side, height: count)
            #expect(try decode(file, region).image == crop(whole, region), "\(region)")
        }
    }

    /// Where four tiles meet.
    @Test func isAPartOfACorner() throws {
        let file = try encode(Pictures.picture(2060, 2070, PixelFormat(.grey, .eight), seed: 2), .quality(10))
        let whole = try ImageDecoder().decode(file).image
        for region in [(1970, 1980, 90, 80), (1984, 1984, 64, 64), (2040, 2047, 10, 2), (2030, 0, 1, 2070)] {
            let region = PixelRegion(x: region.0, y: region.1, width: region.2, height: region.3)
            #expect(try decode(file, region).image == crop(whole, region), "\(region)")
        }
    }

    @Test(arguments: 1...3) func isAPartOfACoarserWhole(levels: Int) throws {
        let file = try encode(Pictures.picture(150, 130, PixelFormat(.rgb, .eight), seed: 7), .quality(60))
        var options = DecodingOptions()
        options.levels = levels
        let whole = try ImageDecoder(options: options).decode(file).image
        let region = PixelRegion(x: 33, y: 70, width: 80, height: 21)
        #expect(try decode(file, region, levels: levels).image == crop(whole, region))
    }

    @Test func onlyTilesThatItTouchesAreDecoded() throws {
        let file = try encode(Pictures.picture(4100, 20, PixelFormat(.rgb, .eight), seed: 1), .quality(5))
        let stream = try ImageStream(file, limits: DecodingLimits())
        let decoder = ImageStreamDecoder(engine: IntegerEngine(threads: 2))
        let model = try #require(Repository.model(stream.header)).decoder
        for (columns, count) in [(0..<1984, 1), (0..<1985, 2), (2048..<3968, 1), (2047..<3969, 3), (4099..<4100, 1)] {
            let region = PixelRegion(x: columns.lowerBound, y: 0, width: columns.count, height: 20)
            let decoded = try decoder.decode(stream, model: model, levels: 4, region: region, progress: nil)
            #expect(decoded.witnesses.count == count, "\(columns)")
        }
    }

    @Test func tilesThatAreTouchedAreThoseThatShareASample() {
        for width in [1, 64, 2047, 2048, 2049, 4031, 4032, 4033, 9000] {
            let grid = TileGrid(width: width, height: 1)
            let ends = [0, 1, 63, 64, 1983, 1984, 2047, 2048, 3967, 3968, 4031, 4032, width].filter { $0 <= width }
            for start in ends {
                for end in ends where end > start {
                    let expected = (0..<grid.columns).filter { grid[$0].columns.overlaps(start..<end) }
                    #expect(Array(grid.tileColumns(touching: start..<end)) == expected, "\(start)..<\(end) of \(width)")
                }
            }
        }
    }

    @Test(arguments: [(0, 0, 0, 1), (0, 0, 1, 0), (-1, 0, 5, 5), (0, -1, 5, 5), (60, 0, 5, 1), (64, 0, 1, 1), (0, 48, 1, 1),
        (0, 0, 65, 48), (0, 0, -3, 3), (1, 1, .max, .max), (.min, .min, .max, .max)])
    func outsideIsRefused(x: Int, y: Int, width: Int, height: Int) throws {
        let file = try encode(Pictures.picture(64, 48, PixelFormat(.rgb, .eight), seed: 1), .quality(50))
        let region = PixelRegion(x: x, y: y, width: width, height: height)
        #expect(throws: CodecError.invalidOption(
            name: "region", value: "\(width)x\(height)+\(x)+\(y)", allowed: "at least a pixel, inside of 64x48+0+0")
        ) { try decode(file, region) }
    }

    @Test func isWrittenAsItIsRead() {
        #expect(PixelRegion("512x64+1024+0") == PixelRegion(x: 1024, y: 0, width: 512, height: 64))
        #expect(PixelRegion(x: 7, y: 1, width: 2, height: 3).description == "2x3+7+1")
        for text in ["", "5x5", "5x5+1", "5x5+1+1+1", "5+1+1", "x5+1+1", "5x+1+1", "5x5++1", "5x5+1+", "5x5+1-1", "-5x5+1+1",
            " 5x5+1+1", "5x5x5+1+1", "٥x5+1+1", "99999999999999999999x5+1+1"] {
            #expect(PixelRegion(text) == nil, "\(text)")
        }
    }
}
