import BitstreamFormat
import ImageCodec
import IntegerKernels
import LatentCoding
import LatentModels
import Media
import Testing
import VCodec

@Suite struct ConformanceTests {
    @Test func thereAreVectors() {
        #expect(Vector.pictures.count >= 14, "run Tools/make-vectors")
        #expect(Vector.invalid.count >= 9, "run Tools/make-vectors")
    }

    @Test(arguments: Vector.pictures, [1, 2])
    func pictureHasItsDigest(vector: Vector, threads: Int) throws {
        var options = DecodingOptions()
        options.threads = threads
        options.levels = vector.expected.levels
        let decoded = try ImageDecoder(options: options).decode(vector.stream)
        let (image, expected) = (decoded.image, vector.expected)
        #expect(image.width == expected.width && image.height == expected.height)
        #expect(image.format.description == expected.format)
        #expect(digest(image.samples, depth: image.format.bitDepth) == expected.sha256)
        #expect(decoded.completeLevels == expected.completeLevels ?? expected.levels ?? 4)
        #expect(decoded.truncatedAt == expected.truncatedAt)
    }

    /// The kernels one by one; the reference defines the bits. The witness says where a difference starts.
    @Test(arguments: Vector.pictures, KernelImplementation.available)
    func everyKernelLeavesTheWitness(vector: Vector, implementation: KernelImplementation) throws {
        let stream = try ImageStream(vector.stream, limits: DecodingLimits())
        let decoder = ImageStreamDecoder(engine: IntegerEngine(implementation: implementation, threads: 2))
        let model = Repository.model(stream.header)
        let decoded = try decoder.decode(stream, model: model?.decoder, levels: vector.expected.levels ?? 4, progress: nil)
        let found = decoded.witnesses.enumerated().flatMap { tile, states in
            states.map {
                Expectation.Witness(tile: tile, level: $0.level, band: $0.band, range: $0.range, code: $0.code)
            }
        }
        #expect(found == vector.expected.witness)
        #expect(digest(decoded.samples, depth: stream.format.bitDepth) == vector.expected.sha256)
    }

    @Test(arguments: Vector.invalid, [1, 2])
    func brokenStreamHasItsErrorAndOffset(vector: Vector, threads: Int) throws {
        var options = DecodingOptions()
        options.threads = threads
        let error = try #require(throws: CodecError.self) { try ImageDecoder(options: options).decode(vector.stream) }
        #expect(ErrorCase(error) == vector.expected.error)
        if let offset = vector.expected.error?.offset { #expect(error.description.contains("\(offset)")) }
    }

    @Test(arguments: Vector.pictures.filter { $0.name.contains("lossless") })
    func losslessPictureIsEncodedToTheSameBytes(vector: Vector) throws {
        let decoded = try ImageDecoder().decode(vector.stream)
        var options = EncodingOptions()
        options.target = .lossless
        #expect(try ImageEncoder(options: options).encode(decoded.image).bytes == vector.stream)
    }

    @Test(arguments: Vector.pictures.filter { $0.expected.metadata != nil })
    func metadataHasItsDigests(vector: Vector) throws {
        var reader = try Bitstream.Reader(vector.stream, ending: .mayBeMissing)
        var found: [Expectation.Metadata] = []
        while let chunk = try reader.next() {
            guard let item = try? reader.metadata(in: chunk) else { continue }
            let bytes = try unpacked(item, chunk)
            found.append(.init(
                kind: chunk.kind.description, bytes: bytes.count, sha256: hexadecimal(SHA256.digest(bytes))))
        }
        #expect(found == vector.expected.metadata)
    }

    private func unpacked(_ item: MetadataPayload, _ chunk: Chunk) throws -> [UInt8] {
        switch item {
        case .colorProfile(let name, let profile): Array(name.unicodeScalars.map { UInt8($0.value) }) + [0] + profile
        case .exif(let bytes), .xmp(let bytes): bytes
        case .text(let t): Array([t.keyword, t.language, t.translatedKeyword, t.text].joined(separator: "\0").utf8)
        case .colorValues, .pixelDensity, .speakers, .riffChunk: Array(chunk.payload)
        }
    }
}
