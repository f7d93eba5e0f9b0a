import BitstreamFormat
import EntropyCoding
import Testing

@Suite struct LevelPayloadTests {
    @Test(arguments: [1, 2, 4, 8], [0, 1, 127, 128, 4000])
    func readsWhatWasWritten(bandCount: Int, tile: Int) throws {
        for lengths in [[0], [1, 0, 3], [200]] {
            let bands = (0..<bandCount).map { band in
                [UInt8](repeating: UInt8(band), count: lengths[band % lengths.count])[...]
            }
            let level = LevelPayload(tile: tile, level: 2, bands: bands)
            var writer = Bitstream.Writer(header: SampleFiles.lossyHeader)
            writer.append(level)
            let chunk = try #require(try chunks(of: writer.finish()).first)
            #expect(try LevelPayload(chunk, tileCount: tile + 1) == level)
        }
    }

    /// The payload starts at byte 27.
    static let invalid: [InvalidPayload] = [
        InvalidPayload(
            .level, [2, 3, 0], .invalidField(name: "tile index", value: 2, allowed: 0...1, offset: 27)),
        InvalidPayload(
            .level, [0, 3, 4], .invalidField(name: "b", value: 4, allowed: 0...3, offset: 29)),
        InvalidPayload(
            .level, [0, 3], .incompleteField(name: "b", offset: 29, needed: 1, available: 0)),
        InvalidPayload(
            .level, [0, 3, 1], .incompleteField(name: "length of band 0", offset: 30, needed: 1, available: 0)),
        // Ten bytes are there for the first band until the length of the second takes one of them.
        InvalidPayload(
            .level, [0, 3, 2, 3, 0, 0, 1, 2], .incompleteField(name: "band", offset: 33, needed: 3, available: 2)),
    ]

    @Test(arguments: invalid)
    func invalidLevelsAreNamed(_ invalid: InvalidPayload) throws {
        let chunk = try #require(try chunks(of: invalid.file).first)
        #expect(throws: invalid.error) { _ = try LevelPayload(chunk, tileCount: 2) }
    }

    @Test func levelsBeyondTheThirdAreRefusedByTheReader() {
        let at = SampleFiles.file().count + 3
        #expect(throws: BitstreamError.invalidField(name: "level", value: 4, allowed: 0...3, offset: at)) {
            try chunks(of: SampleFiles.file((.level, [0, 4, 0])))
        }
    }
}

@Suite struct PlanePayloadTests {
    @Test(arguments: [8, 16], [.constant(200), .stream([1, 2, 3]), .stream([])] as [CodedPlane])
    func readsWhatWasWritten(bitDepth: Int, plane: CodedPlane) throws {
        let header = FileHeader(width: 9, height: 9, channels: 4, bitDepth: bitDepth, color: .lossless)
        for index in 0...3 {
            let payload = PlanePayload(index: index, plane: plane)
            var writer = Bitstream.Writer(header: header)
            writer.append(payload, bitDepth: bitDepth)
            let chunk = try #require(try chunks(of: writer.finish()).first)
            #expect(try PlanePayload(chunk, bitDepth: bitDepth) == payload)
        }
    }

    @Test(arguments: [false, true])
    func readsAlphaAsSamples(copies: Bool) throws {
        let samples = SamplesPayload(step: 1, copies: copies, bands: [[1, 2], [3]])
        let payload = PlanePayload(index: 3, content: .samples(samples))
        var writer = Bitstream.Writer(
            header: FileHeader(width: 9, height: 9, channels: 4, bitDepth: 8, color: .lossless))
        writer.append(payload, bitDepth: 8)
        let chunk = try #require(try chunks(of: writer.finish()).first)
        #expect(try PlanePayload(chunk, bitDepth: 8) == payload)
        #expect(throws: BitstreamError.self) { _ = try PlanePayload(chunk, bitDepth: 16) }
    }

    /// The payload starts at byte 27.
    static let invalid: [InvalidPayload] = [
        InvalidPayload(
            .plane, [3, 2], .invalidField(name: "mode", value: 2, allowed: 0...1, offset: 28)),
        InvalidPayload(
            .plane, [3], .incompleteField(name: "mode", offset: 28, needed: 1, available: 0)),
        InvalidPayload(
            .plane, [3, 0, 1], .incompleteField(name: "value", offset: 29, needed: 2, available: 1)),
        InvalidPayload(.plane, [3, 0, 1, 2, 3], .trailingBytes(kind: .plane, count: 1, offset: 31)),
    ]

    @Test(arguments: invalid)
    func invalidPlanesAreNamed(_ invalid: InvalidPayload) throws {
        let chunk = try #require(try chunks(of: invalid.file).first)
        #expect(throws: invalid.error) { _ = try PlanePayload(chunk, bitDepth: 16) }
    }
}

@Suite struct SamplesPayloadTests {
    @Test(arguments: [1, 2, 4, 8], [(1, false), (3, false), (255, false), (1, true), (255, true)])
    func readsWhatWasWritten(bandCount: Int, kind: (step: Int, copies: Bool)) throws {
        let bands = (0..<bandCount).map { [UInt8](repeating: UInt8($0), count: 3 * $0)[...] }
        let samples = SamplesPayload(step: kind.step, copies: kind.copies, bands: bands)
        var writer = Bitstream.Writer(header: SampleFiles.losslessHeader)
        writer.append(samples)
        let chunk = try #require(try chunks(of: writer.finish()).first)
        #expect(chunk.kind == .samples)
        #expect(try SamplesPayload(chunk) == samples)
    }

    @Test(arguments: [[0, 8], [2, 255], [1, 4], [1], [], [1, 1, 9, 0]] as [[UInt8]])
    func invalidSamplesAreRefused(payload: [UInt8]) throws {
        let file = SampleFiles.file(header: SampleFiles.losslessHeader, (.samples, payload))
        let chunk = try #require(try chunks(of: file).first)
        #expect(throws: BitstreamError.self) { _ = try SamplesPayload(chunk) }
    }
}
