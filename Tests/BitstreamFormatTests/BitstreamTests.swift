import BitstreamFormat
import EntropyCoding
import Testing

@Suite struct BitstreamTests {
    @Test func readsWhatTheWriterWrote() throws {
        var reader = try Bitstream.Reader(SampleFiles.lossy)
        #expect(reader.header == SampleFiles.lossyHeader)
        var found: [MetadataPayload] = []
        var planes: [PlanePayload] = []
        var levels: [LevelPayload] = []
        while let chunk = try reader.next() {
            switch chunk.kind {
            case .plane: planes.append(try PlanePayload(chunk, bitDepth: 16))
            case .level: levels.append(try LevelPayload(chunk, tileCount: 1))
            default: found.append(try #require(try reader.metadata(in: chunk)))
            }
        }
        #expect(found == SampleFiles.metadata)
        #expect(planes == [SampleFiles.alpha])
        #expect(levels == SampleFiles.levels)
        #expect(reader.offset == SampleFiles.lossy.count)
        #expect(reader.truncation == nil)
    }

    /// Made by `Tools/refdec/test_refdec.py`, which was written from SPEC.md alone.
    @Test func writesTheBytesOfTheSpecification() {
        var writer = Bitstream.Writer(header: SampleFiles.lossyHeader)
        writer.append(.pixelDensity(horizontal: 1, vertical: 2, unit: 1))
        writer.append(SampleFiles.alpha, bitDepth: 16)
        writer.append(LevelPayload(tile: 0, level: 3, bands: [[0xAA, 0xBB], [0xCC]]))
        let expected: [UInt8] = [
            0x8E, 0x76, 0x63, 0x69, 0x04,
            0x48, 0x0E, 0xAC, 0x02, 0xC8, 0x01, 0x07, 0x28, 0, 1, 2, 3, 4, 5, 6, 7, 0xA9, 0x09, 0x1C, 0xCF,
            0x64, 0x09, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0x21, 0x67, 0xBA, 0xCF,
            0x50, 0x04, 3, 0, 0xFF, 0xFF, 0x04, 0x57, 0xDB, 0x15,
            0x4C, 0x07, 0, 3, 1, 2, 0xAA, 0xBB, 0xCC, 0xA9, 0x69, 0xE5, 0xC4,
        ]
        #expect(writer.byteCount == expected.count)
        #expect(writer.finish() == expected)
    }

    @Test func offsetsArePositionsInTheFile() throws {
        let file = SampleFiles.lossy
        let all = try chunks(of: file)
        #expect(all.allSatisfy { file[$0.offset] == $0.kind.rawValue })
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.bytes.endIndex == $1.offset })
        let level = try LevelPayload(try #require(all.last), tileCount: 1)
        #expect(file[level.bands[0].startIndex] == 0xAA)
        #expect(level.bands[0].startIndex == file.count - 6)
    }

    @Test func rewritingKeepsEveryByte() throws {
        let file = SampleFiles.lossy + SampleFiles.chunk("q", [1, 2, 3])
        let reader = try Bitstream.Reader(file)
        var writer = Bitstream.Writer(copyingHeader: reader.headerChunk)
        for chunk in try chunks(of: file) { writer.append(copying: chunk) }
        #expect(writer.finish() == file)
    }

    @Test func unknownOptionalChunksAreHandedOutAndMayRepeat() throws {
        let file = SampleFiles.file() + SampleFiles.chunk("q", [7]) + SampleFiles.chunk("q", [])
        #expect(try chunks(of: file).map { Array($0.payload) } == [[7], []])
        #expect(try metadata(of: file) == [])
    }

    @Test func unknownCriticalChunksAreRefused() throws {
        let start = SampleFiles.file().count
        let chunk = SampleFiles.chunk("Q", [7])
        let kind = try #require(ChunkKind(rawValue: UInt8(ascii: "Q")))
        let expected = BitstreamError.unknownCriticalChunk(kind, offset: start)
        for ending in [Bitstream.Reader.Ending.required, .mayBeMissing] {
            #expect(throws: expected) { try chunks(of: SampleFiles.file() + chunk, ending: ending) }
            // Refused where it is cut, too: what it would have said is needed.
            #expect(throws: expected) { try chunks(of: SampleFiles.file() + chunk.dropLast(), ending: ending) }
        }
    }

    @Test(arguments: [0, 0x40, 0x5B, 0x60, 0x7B, 0xC8, 0xFF] as [UInt8])
    func kindsThatAreNoLettersAreRefused(kind: UInt8) {
        let file = SampleFiles.file() + [kind, 0]
        #expect(throws: BitstreamError.invalidChunkKind(found: kind, offset: file.count - 2)) {
            try chunks(of: file, ending: .mayBeMissing)
        }
    }

    @Test func requiredChunksAreMissedByName() throws {
        let file = SampleFiles.file((.plane, [3, 0, 0, 0]))
        var reader = try Bitstream.Reader(file)
        while try reader.next() != nil {}
        try reader.require(.header)
        try reader.require(.plane(3))
        #expect(reader.offset(of: .header) == 5)
        let missing = ChunkIdentity.level(3, tile: 0)
        let expected = BitstreamError.missingChunk(missing, offset: file.count)
        #expect(throws: expected) { try reader.require(missing) }
    }

    @Test func headerMustComeFirst() {
        let onlyStart = Array(SampleFiles.lossy.prefix(5))
        #expect(throws: BitstreamError.missingChunk(.header, offset: 5)) { try chunks(of: onlyStart) }
        let other = onlyStart + SampleFiles.chunk("d", [1, 0, 0, 0, 2, 0, 0, 0, 1])
        #expect(throws: BitstreamError.missingChunk(.header, offset: 5)) { try chunks(of: other) }
    }

    @Test(arguments: [
        (.plane, [3, 0, 0, 0], .plane(3)), (.level, [0, 2, 0], .level(2, tile: 0)),
        (.exif, [0], .metadata(.exif)), (.colorProfile, [0, 0], .metadata(.colorProfile)),
        (.colorValues, [0], .metadata(.colorValues)), (.header, [1, 1, 8], .header),
    ] as [(ChunkKind, [UInt8], ChunkIdentity)])
    func nothingButTextOccursTwice(kind: ChunkKind, payload: [UInt8], identity: ChunkIdentity) {
        let start = SampleFiles.file().count
        let file = SampleFiles.file((kind, payload), (.text, [0, 0, 0, 0]), (.text, [0, 0, 0, 0]), (kind, payload))
        let second = file.count - SampleFiles.file((kind, payload)).count + start
        let expected =
            identity == .header
            ? BitstreamError.duplicateChunk(identity, offset: start, first: 5)
            : .duplicateChunk(identity, offset: second, first: start)
        #expect(throws: expected) { try chunks(of: file) }
    }

    @Test func chunksWithoutAPlaceAreRefused() {
        let lossy = SampleFiles.file((.plane, [0, 0, 0, 0]))
        let start = SampleFiles.file().count
        #expect(throws: BitstreamError.unexpectedChunk(.plane(0), offset: start)) { try chunks(of: lossy) }
        let lossless = SampleFiles.file(header: SampleFiles.losslessHeader, (.level, [0, 3, 0]))
        let level = ChunkIdentity.level(3, tile: 0)
        let other = SampleFiles.file(header: SampleFiles.losslessHeader).count
        #expect(throws: BitstreamError.unexpectedChunk(level, offset: other)) { try chunks(of: lossless) }
        let samples = SampleFiles.file((.samples, [1, 0, 7]))
        #expect(throws: BitstreamError.unexpectedChunk(.samples, offset: start)) { try chunks(of: samples) }
    }

    @Test func samplesAndColourPlanesExcludeEachOther() {
        let samples: (ChunkKind, [UInt8]) = (.samples, [1, 0, 7]), plane: (ChunkKind, [UInt8]) = (.plane, [0, 0, 0, 0])
        let end = SampleFiles.file(header: SampleFiles.losslessHeader, samples).count
        #expect(throws: BitstreamError.unexpectedChunk(.plane(0), offset: end)) {
            try chunks(of: SampleFiles.file(header: SampleFiles.losslessHeader, samples, plane))
        }
        let other = SampleFiles.file(header: SampleFiles.losslessHeader, plane).count
        #expect(throws: BitstreamError.unexpectedChunk(.samples, offset: other)) {
            try chunks(of: SampleFiles.file(header: SampleFiles.losslessHeader, plane, samples))
        }
    }

    @Test(arguments: [0, 1, 2, 3, 255] as [UInt8])
    func otherVersionsAreRefusedByName(version: UInt8) {
        var file = SampleFiles.lossy
        file[4] = version
        let error = BitstreamError.unsupportedVersion(found: version, supported: 4...4, offset: 4)
        #expect(throws: error) { try chunks(of: file, ending: .mayBeMissing) }
        #expect(error.description.hasPrefix("version \(version) at byte 4 is not supported"))
    }
}
