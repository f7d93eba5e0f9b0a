import Media
import MediaFiles
import TestSupport
import Testing
import VCodec

/// Every kind of PNG goes through the codec without loss and comes out as it went in.
@Suite struct PNGFlavourTests {
    /// A width and height for each of 1 … 33, so that every pass of an interlaced picture is empty now and then.
    private static let sizes = (1...33).map { (width: $0, height: ($0 * 7) % 33 + 1) }

    private static let ancillary: [PNGContainer.Chunk] = [
        .init(name: "gAMA", payload: PNGContainer.bytes(45455)),
        .init(name: "pHYs", payload: PNGContainer.bytes(2835) + PNGContainer.bytes(2834) + [1]),
        .init(name: "tEXt", payload: Array("Title".utf8) + [0] + Array("a flavour".utf8)),
    ]

    @Test(arguments: StoredPicture.Kind.all, [false, true])
    func comesOutAsItWentIn(kind: StoredPicture.Kind, isInterlaced: Bool) throws {
        var options = EncodingOptions()
        options.target = .lossless
        options.threads = 1
        for (width, height) in Self.sizes {
            let stored = StoredPicture(
                width: width, height: height, kind: kind, isInterlaced: isInterlaced, seed: UInt64(width))
            let original = try PNGReader().read(stored.file(ancillary: Self.ancillary))
            let coded = try ImageEncoder(options: options).encode(original.image, metadata: original.metadata).bytes
            let decoded = try ImageDecoder().decode(coded)
            #expect(decoded.image == stored.expanded, "\(width)×\(height)")
            let written = try PNGReader().read(PNGWriter().write(decoded.image, metadata: decoded.metadata))
            #expect(written == original, "\(width)×\(height)")
        }
    }

    @Test(arguments: [[], [1, 2, 3, 4], [300], [1, 2]] as [[UInt16]])
    func whatIsNoColorIsNoBackground(background: [UInt16]) throws {
        let image = ImageBuffer(width: 2, height: 1, format: PixelFormat(.grey, .eight), samples: [1, 2])
        var metadata = ImageMetadata()
        metadata.background = background
        let decoded = try ImageDecoder().decode(ImageEncoder(options: EncodingOptions()).encode(image, metadata: metadata).bytes)
        #expect(decoded.metadata.background == nil)
    }

    @Test func backgroundAndSignificantBitsComeBackWhereTheyMeanSomething() throws {
        let kind = StoredPicture.Kind(colorType: .grey, bitDepth: 4, hasTransparency: false)
        let stored = StoredPicture(width: 9, height: 5, kind: kind, isInterlaced: false, seed: 3)
        let original = try PNGReader().read(stored.file(ancillary: [.init(name: "bKGD", payload: [0, 3])]))
        var options = EncodingOptions()
        for (target, bits) in [(RateTarget.lossless, 4), (.quality(50), 8)] {
            options.target = target
            let coded = try ImageEncoder(options: options).encode(original.image, metadata: original.metadata).bytes
            let decoded = try ImageDecoder().decode(coded)
            #expect(decoded.metadata.background == [51])
            #expect(decoded.image.significantBits == bits)
        }
    }
}
