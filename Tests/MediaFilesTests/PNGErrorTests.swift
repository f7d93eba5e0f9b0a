import Media
import MediaFiles
import TestSupport
import Testing

@Suite struct PNGErrorTests {
    private let picture = StoredPicture(
        width: 5, height: 4,
        kind: .init(colorType: .indexed, bitDepth: 4, hasTransparency: true),
        isInterlaced: true, seed: 1)

    private func file(_ change: (inout [PNGContainer.Chunk]) -> Void) -> [UInt8] {
        var chunks = picture.chunks()
        change(&chunks)
        return PNGContainer.compose(chunks)
    }

    private func expect(
        _ error: MediaFileError, _ change: (inout [PNGContainer.Chunk]) -> Void
    ) {
        #expect(throws: error) { try PNGReader().read(file(change)) }
    }

    @Test func emptyAndForeignFilesAreToldApart() {
        #expect(throws: MediaFileError.empty) { try PNGReader().read([]) }
        let text = Array("Dear reader".utf8)
        #expect(throws: MediaFileError.unrecognized(found: Array("Dear rea".utf8))) {
            try PNGReader().read(text)
        }
    }

    /// What happens when a PNG is sent as text.
    @Test func convertedLineEndsAreNotRecognized() {
        var bytes = picture.file()
        bytes.remove(at: 4)
        #expect(throws: MediaFileError.unrecognized(found: Array(bytes.prefix(8)))) {
            try PNGReader().read(bytes)
        }
    }

    @Test func checksumsMustMatch() {
        var bytes = picture.file()
        bytes[29] ^= 1
        let stored = bytes[29..<33].reduce(0) { $0 << 8 | UInt32($1) }
        #expect(
            throws: MediaFileError.checksumMismatch(
                chunk: "IHDR", offset: 8, stored: stored, computed: stored ^ 0x0100_0000)
        ) { try PNGReader().read(bytes) }
    }

    @Test func headersThatPNGDoesNotDefineAreRefused() {
        expect(.valueOutOfRange(.width, found: 0, allowed: 1...0x7FFF_FFFF, offset: 16)) {
            $0[0].payload.replaceSubrange(0..<4, with: [0, 0, 0, 0])
        }
        expect(.valueOutOfRange(.height, found: 1 << 31, allowed: 1...0x7FFF_FFFF, offset: 20)) {
            $0[0].payload.replaceSubrange(4..<8, with: [0x80, 0, 0, 0])
        }
        expect(.unsupportedPixelFormat(colorType: 3, bitDepth: 16, offset: 24)) {
            $0[0].payload[8] = 16
        }
        expect(.unsupportedPixelFormat(colorType: 5, bitDepth: 4, offset: 24)) {
            $0[0].payload[9] = 5
        }
        expect(.valueOutOfRange(.compressionMethod, found: 1, allowed: 0...0, offset: 26)) {
            $0[0].payload[10] = 1
        }
        expect(.valueOutOfRange(.filterMethod, found: 64, allowed: 0...0, offset: 27)) {
            $0[0].payload[11] = 64
        }
        expect(.valueOutOfRange(.interlaceMethod, found: 2, allowed: 0...1, offset: 28)) {
            $0[0].payload[12] = 2
        }
        expect(.malformedChunk("IHDR", .length(found: 14, allowed: 13...13), offset: 8)) {
            $0[0].payload.append(0)
        }
    }

    @Test func chunksOutOfOrderAreRefused() {
        expect(.missingChunk("IHDR", offset: 8)) { $0.removeFirst() }
        expect(.missingChunk("PLTE", offset: 33)) { $0.remove(at: 1) }
        expect(.misplacedChunk("IHDR", offset: 33)) { $0.insert($0[0], at: 1) }
        expect(.misplacedChunk("PLTE", offset: 93)) { $0.insert($0[1], at: 2) }
        expect(.misplacedChunk("tRNS", offset: 113)) { $0.insert($0[2], at: 3) }
        expect(.missingChunk("IDAT", offset: 113)) { $0.removeSubrange(3..<5) }
        let text = PNGContainer.Chunk(name: "tEXt", payload: [0x41, 0])
        let second = 113 + 12 + picture.chunks()[3].payload.count + 14
        expect(.misplacedChunk("IDAT", offset: second)) { $0.insert(text, at: 4) }
        expect(.unknownCriticalChunk("CgBI", offset: 33)) {
            $0.insert(.init(name: "CgBI", payload: [1]), at: 1)
        }
    }

    @Test func palettesMustBeWhole() {
        expect(.malformedChunk("PLTE", .partialEntry(length: 47, entry: 3), offset: 33)) {
            $0[1].payload.removeLast()
        }
        expect(.malformedChunk("PLTE", .length(found: 51, allowed: 3...48), offset: 33)) {
            $0[1].payload += [1, 2, 3]
        }
        expect(.malformedChunk("tRNS", .length(found: 17, allowed: 1...16), offset: 93)) {
            $0[2].payload = [UInt8](repeating: 0, count: 17)
        }
    }

    @Test func bytesAfterTheEndAreAWarning() throws {
        let bytes = picture.file()
        let read = try PNGReader().read(bytes + [1, 2, 3])
        #expect(read.image == picture.expanded)
        #expect(read.warnings == [.trailingBytes(count: 3, offset: bytes.count)])
    }

    @Test func pixelsThatEndEarlyAreRefused() {
        let bytes = file { chunks in
            chunks[4].payload.removeAll()
        }
        expectCorruptPixels(bytes)
        expectCorruptPixels(file { $0[3].payload[0] = 0 })
        expectCorruptPixels(file { $0[3].payload[7] = 9 })
    }

    private func expectCorruptPixels(_ bytes: [UInt8]) {
        #expect {
            try PNGReader().read(bytes)
        } throws: { error in
            guard case .corruptPixels(let detail, let offset) = error as? MediaFileError else {
                return false
            }
            return !detail.isEmpty && 113...bytes.count ~= offset
        }
    }
}

// Files that ask for more than they may.
extension PNGErrorTests {
    private func claim(width: UInt32, height: UInt32) -> [UInt8] {
        file {
            $0[0].payload.replaceSubrange(
                0..<8, with: PNGContainer.bytes(width) + PNGContainer.bytes(height))
        }
    }

    @Test func sizesAreCheckedAgainstTheLimits() {
        #expect(
            throws: MediaFileError.limitExceeded(
                .width, requested: 65_536, allowed: 65_535, offset: 16)
        ) { try PNGReader().read(claim(width: 65_536, height: 1)) }
        #expect(
            throws: MediaFileError.limitExceeded(
                .pixels, requested: 65_535 * 65_535, allowed: 1 << 28, offset: 16)
        ) { try PNGReader().read(claim(width: 65_535, height: 65_535)) }
        var limits = ReadingLimits()
        limits.maximumPixels = 19
        #expect(
            throws: MediaFileError.limitExceeded(.pixels, requested: 20, allowed: 19, offset: 16)
        ) { try PNGReader(limits: limits).read(picture.file()) }
    }

    @Test func sizesThatTheDataCannotFillAreRefused() {
        let data = picture.chunks()[3...4].reduce(0) { $0 + $1.payload.count }
        // 4 bits a pixel, seven passes of 2048 columns and rows or fewer.
        let bytes = claim(width: 16_384, height: 16_384)
        #expect {
            try PNGReader().read(bytes)
        } throws: { error in
            guard case .implausibleSize(let needed, let possible, 113) = error as? MediaFileError
            else { return false }
            return possible == data * 1032 && needed > 16_384 * 16_384 / 2
        }
    }

    /// Nothing compresses better than one colour: the bound must let it pass.
    @Test func flatPicturesAreNotImplausible() throws {
        let image = ImageBuffer(
            width: 2048, height: 2048, format: PixelFormat(.grey, .eight),
            samples: [UInt16](repeating: 0, count: 2048 * 2048))
        let bytes = try PNGWriter(compressionLevel: 9).write(image)
        #expect(bytes.count * 1000 < image.samples.count)
        #expect(try PNGReader().read(bytes).image == image)
    }

    @Test func metadataAreCheckedAgainstTheLimit() throws {
        var metadata = ImageMetadata()
        metadata.colorProfile = ColorProfile(
            name: "zeros", bytes: [UInt8](repeating: 0, count: 10_000))
        let image = randomImage(width: 1, height: 1, format: PixelFormat(.rgb, .eight), seed: 2)
        let bytes = try PNGWriter().write(image, metadata: metadata)
        var limits = ReadingLimits()
        limits.maximumMetadataBytes = 10_000
        #expect(try PNGReader(limits: limits).read(bytes).metadata == metadata)
        limits.maximumMetadataBytes = 9_999
        #expect(
            throws: MediaFileError.limitExceeded(
                .metadataBytes, requested: 10_000, allowed: 9_999, offset: 33)
        ) { try PNGReader(limits: limits).read(bytes) }
    }
}
