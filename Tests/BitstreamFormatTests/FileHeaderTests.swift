import BitstreamFormat
import Testing

@Suite struct FileHeaderTests {
    @Test(arguments: 1...4, [8, 16])
    func readsWhatWasWritten(channels: Int, bitDepth: Int) throws {
        let colors: [FileHeader.Color] = [
            .lossless, .lossy(quality: 0, model: SampleFiles.model), .lossy(quality: 63, model: SampleFiles.model),
        ]
        for (width, height) in [(1, 1), (127, 128), (300, 4000)] {
            for color in colors {
                let header = FileHeader(
                    width: width, height: height, channels: channels, bitDepth: bitDepth, color: color)
                #expect(try Bitstream.Reader(SampleFiles.file(header: header)).header == header)
            }
        }
    }

    @Test func planesFollowFromChannelsAndColor() {
        func planes(_ channels: Int, _ color: FileHeader.Color) -> [Int] {
            FileHeader(width: 1, height: 1, channels: channels, bitDepth: 8, color: color).planeIndices
        }
        let lossy = FileHeader.Color.lossy(quality: 1, model: SampleFiles.model)
        #expect((1...4).map { planes($0, .lossless) } == [[0], [0, 3], [0, 1, 2], [0, 1, 2, 3]])
        #expect((1...4).map { planes($0, lossy) } == [[], [3], [], [3]])
    }

    @Test(arguments: [
        ([0, 1, 8], .invalidField(name: "width", value: 0, allowed: 1...16_777_216, offset: 7)),
        ([1, 0x81, 0x80, 0x80, 8, 8],
            .invalidField(name: "height", value: 16_777_217, allowed: 1...16_777_216, offset: 8)),
        ([1, 1, 16], .invalidField(name: "format", value: 16, allowed: 0...15, offset: 9)),
        ([1, 1, 2, 64], .invalidField(name: "quality", value: 64, allowed: 0...63, offset: 10)),
        ([1, 1, 2, 63, 1, 2], .incompleteField(name: "model", offset: 11, needed: 8, available: 2)),
        ([1, 1, 8, 0], .trailingBytes(kind: .header, count: 1, offset: 10)),
        ([1], .incompleteField(name: "height", offset: 8, needed: 1, available: 0)),
    ] as [([UInt8], BitstreamError)])
    func invalidFieldsAreNamedWithTheirOffset(payload: [UInt8], error: BitstreamError) {
        #expect(throws: error) { try chunks(of: SampleFiles.file(headerPayload: payload)) }
    }

    @Test func picturesBeyondTheLimitAreRefused() throws {
        let header = FileHeader(width: 10_000, height: 21_000, channels: 2, bitDepth: 8, color: .lossless)
        let file = SampleFiles.file(header: header)
        #expect(header.sampleBytes == 420_000_000)
        func refusal(_ allowed: Int) -> BitstreamError {
            .limitExceeded(.sampleBytes, requested: 420_000_000, allowed: allowed, offset: 5)
        }
        #expect(throws: refusal(96 << 20)) { try chunks(of: file) }
        #expect(try Bitstream.Reader(file, limits: .unlimited).header == header)
        #expect(try Bitstream.Reader(file, limits: DecodingLimits(sampleBytes: 420_000_000)).header == header)
        #expect(throws: refusal(99)) { _ = try Bitstream.Reader(file, limits: DecodingLimits(sampleBytes: 99)) }
        // A megabyte may be a picture of 512.
        let long = file + SampleFiles.chunk("q", [UInt8](repeating: 0, count: 1 << 20))
        #expect(try Bitstream.Reader(long).header == header)
    }

    @Test func theGreatestPictureDoesNotOverflow() {
        let header = FileHeader(width: 1 << 24, height: 1 << 24, channels: 4, bitDepth: 16, color: .lossless)
        let expected = BitstreamError.limitExceeded(.sampleBytes, requested: 1 << 51, allowed: 96 << 20, offset: 5)
        #expect(throws: expected) { try chunks(of: SampleFiles.file(header: header)) }
    }
}
