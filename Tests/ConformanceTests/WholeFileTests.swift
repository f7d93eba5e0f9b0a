import Media
import Testing
import VCodec

/// What holds of every picture and every option, over a grid of sizes, formats and targets.
@Suite struct WholeFileTests {
    static let sides = [1, 2, 7, 8, 9, 63, 64, 65]
    static let targets: [RateTarget] = [.quality(0), .quality(45), .quality(100), .lossless, .maximumError(2)]

    /// Every side as a width and as a height.
    struct Size: Hashable, Sendable, CustomStringConvertible {
        let width: Int
        let height: Int
        var description: String { "\(width)×\(height)" }

        static let all = sides.indices.map { Size(width: sides[$0], height: sides[($0 * 3 + 1) % sides.count]) }
    }

    private func encode(
        _ image: ImageBuffer, _ target: RateTarget, metadata: ImageMetadata = .init(), threads: Int = 2
    ) throws -> [UInt8] {
        var options = EncodingOptions()
        options.target = target
        options.threads = threads
        return try ImageEncoder(options: options).encode(image, metadata: metadata).bytes
    }

    private func alpha(_ image: ImageBuffer) -> [UInt16] {
        let channels = image.format.channels.count
        return image.format.channels.hasAlpha
            ? stride(from: channels - 1, to: image.samples.count, by: channels).map { image.samples[$0] } : []
    }

    @Test(arguments: Size.all, Pictures.formats)
    func comesBackWithSizeFormatAlphaAndMetadata(size: Size, format: PixelFormat) throws {
        let image = Pictures.picture(size.width, size.height, format, seed: 1)
        for (i, target) in Self.targets.enumerated() {
            let metadata = i % 2 == 0 ? Pictures.metadata : ImageMetadata()
            let decoded = try ImageDecoder().decode(try encode(image, target, metadata: metadata))
            #expect(decoded.image.width == size.width && decoded.image.height == size.height)
            #expect(decoded.image.format == format)
            #expect(alpha(decoded.image) == alpha(image), "\(target)")
            #expect(decoded.metadata == metadata)
            #expect(decoded.metadataWarnings == [])
            #expect(decoded.completeLevels == 4 && decoded.truncatedAt == nil)
            if target == .lossless { #expect(decoded.image.samples == image.samples) }
        }
    }

    @Test(arguments: sides, sides)
    func losslessIsExactAtEverySize(width: Int, height: Int) throws {
        let format = Pictures.formats[(width + height) % Pictures.formats.count]
        let image = Pictures.picture(width, height, format, seed: UInt64(width * 100 + height))
        #expect(try ImageDecoder().decode(try encode(image, .lossless)).image == image)
    }

    /// 16-bit pictures whose samples are 8 bits twice, as many programs write them, cost no more than those of 8 bits.
    @Test func widenedPicturesAreCodedAsEightBits() throws {
        let narrow = Pictures.picture(90, 70, PixelFormat(.rgb, .eight), seed: 4)
        let wide = ImageBuffer(
            width: 90, height: 70, format: PixelFormat(.rgb, .sixteen), samples: narrow.samples.map { $0 * 257 })
        let coded = try encode(wide, .lossless)
        #expect(coded.count == (try encode(narrow, .lossless)).count)
        let decoded = try ImageDecoder().decode(coded)
        #expect(decoded.image == wide)
        #expect(try StreamInfo(coded).isLossless)
    }

    @Test(arguments: Pictures.formats)
    func threadsDoNotChangeTheFile(format: PixelFormat) throws {
        let image = Pictures.picture(140, 90, format, seed: 3)
        let expected = try encode(image, .quality(60), threads: 1)
        for threads in [2, 5] { #expect(try encode(image, .quality(60), threads: threads) == expected) }
    }

    /// A prefix is a picture from the coarsest level on, and says where it ends.
    @Test func everyPrefixIsAPictureOrAnError() throws {
        let image = Pictures.picture(40, 30, PixelFormat(.rgba, .eight), seed: 4)
        let file = try encode(image, .quality(50))
        let info = try StreamInfo(file)
        let levels = info.chunks.filter { $0.level != nil }
        #expect(levels.map(\.level) == [3, 2, 1, 0])
        for count in 0..<file.count {
            let complete = levels.count { $0.offset + $0.length <= count }
            do {
                let decoded = try ImageDecoder().decode(Array(file.prefix(count)))
                #expect(complete >= 1 && decoded.completeLevels == complete, "\(count) bytes")
                #expect(decoded.truncatedAt == levels[complete].offset, "\(count) bytes")
                #expect(alpha(decoded.image) == alpha(image))
            } catch {
                #expect(complete == 0, "\(count) bytes: \(error)")
            }
        }
    }
}
