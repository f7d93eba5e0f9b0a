import BitstreamFormat
import TestSupport
import Testing

@Suite struct DamageTests {
    /// Where chunks start in the sample file, the header's included, and where the file ends.
    static let boundaries: [Int] = {
        let starts = (try? chunks(of: SampleFiles.lossy))?.map(\.offset) ?? []
        return [5] + starts + [SampleFiles.lossy.count]
    }()

    @Test func truncationAtEveryByteNamesItsOffset() throws {
        let file = SampleFiles.lossy
        #expect(throws: BitstreamError.empty) { try chunks(of: []) }
        for count in 1..<5 {
            let expected = BitstreamError.truncated(offset: 0, needed: 5, available: count)
            #expect(throws: expected) { try chunks(of: Array(file.prefix(count))) }
        }
        for count in 6..<file.count where !Self.boundaries.contains(count) {
            let start = try #require(Self.boundaries.last { $0 < count })
            let end = try #require(Self.boundaries.first { $0 > count })
            // All payloads are short: the length is one byte, and while it is missing it may be 0.
            let needed = count == start + 1 ? 6 : end - start
            let expected = BitstreamError.truncated(offset: start, needed: needed, available: count - start)
            #expect(throws: expected, "\(count) bytes") { try chunks(of: Array(file.prefix(count))) }
            #expect(expected.description.contains("byte \(start)"))
        }
    }

    /// Except inside the plane, without which the picture cannot be shown.
    @Test func everythingBeforeATruncationIsHandedOut() throws {
        let file = SampleFiles.lossy
        let whole = try chunks(of: file)
        let plane = try #require(whole.first { $0.kind == .plane })
        for count in Self.boundaries[1]...file.count {
            guard count <= plane.offset || count >= plane.bytes.endIndex else {
                let cut = Array(file.prefix(count))
                let error = try #require(throws: BitstreamError.self) { try chunks(of: cut, ending: .mayBeMissing) }
                guard case .truncated(plane.offset, _, _) = error else {
                    Issue.record("\(error)")
                    continue
                }
                continue
            }
            var reader = try Bitstream.Reader(Array(file.prefix(count)), ending: .mayBeMissing)
            var found: [Chunk] = []
            while let chunk = try reader.next() { found.append(chunk) }
            #expect(found.map(\.payload) == whole.filter { $0.bytes.endIndex <= count }.map(\.payload))
            let start = try #require(Self.boundaries.last { $0 <= count })
            #expect(reader.offset == start)
            guard start < count else {
                #expect(reader.truncation == nil)
                continue
            }
            let truncation = try #require(reader.truncation)
            guard case .truncated(start, _, available: count - start) = truncation else {
                Issue.record("\(truncation)")
                continue
            }
            // What is missing because of it is not reported as left out.
            let last = ChunkIdentity.level(0, tile: 0)
            #expect(throws: truncation) { try reader.require(last) }
        }
    }

    @Test func everySingleBitFlipIsDetected() {
        let file = SampleFiles.lossy
        var undetected: [Int] = []
        for bit in 0..<8 * file.count {
            var damaged = file
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            if (try? chunks(of: damaged)) != nil { undetected.append(bit) }
        }
        #expect(undetected == [])
    }

    @Test(arguments: 0..<300)
    func randomDamageNeverTraps(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var file = SampleFiles.lossy
        for _ in 0..<Int.random(in: 1...20, using: &generator) {
            let position = Int.random(in: 5..<file.count, using: &generator)
            switch seed % 3 {
            case 0: file[position] = UInt8.random(in: 0...255, using: &generator)
            case 1: file.insert(0xFF, at: position)
            default: file.remove(at: position)
            }
        }
        _ = try? metadata(of: file)
        _ = try? chunks(of: file, ending: .mayBeMissing)
    }

    /// What a program could do that makes checksums right.
    @Test(arguments: 0..<500)
    func randomPayloadsNeverTrap(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let payload = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
            // Small numbers more often than others: they get farther.
            UInt8.random(in: 0...(Bool.random(using: &generator) ? 4 : 255), using: &generator)
        }
        _ = try? chunks(of: SampleFiles.file(headerPayload: payload))
        for kind: ChunkKind in [.colorProfile, .exif, .xmp, .text, .colorValues, .pixelDensity] {
            _ = try? metadata(of: SampleFiles.file((kind, payload)), limits: DecodingLimits(metadataBytes: 1000))
        }
        if let chunk = try? chunks(of: SampleFiles.file((.level, payload))).first {
            _ = try? LevelPayload(chunk, tileCount: 3)
        }
        if let chunk = try? chunks(of: SampleFiles.file((.plane, [3] + payload))).first {
            _ = try? PlanePayload(chunk, bitDepth: 16)
        }
    }

    @Test func checksumMismatchSaysBothValues() throws {
        var file = SampleFiles.file((.exif, [0, 1, 2, 3]))
        let start = SampleFiles.file().count
        let stored = CRC32C.checksum(of: file[start..<file.count - 4])
        file[file.count - 5] ^= 0x80
        let computed = CRC32C.checksum(of: file[start..<file.count - 4])
        let expected = BitstreamError.checksumMismatch(kind: .exif, offset: start, stored: stored, computed: computed)
        #expect(throws: expected) { try chunks(of: file, ending: .mayBeMissing) }
    }

    @Test func lyingChunkLengthsTakeNoMemory() {
        let start = SampleFiles.file().count
        // 4 294 967 295 bytes announced, three there.
        let file = SampleFiles.file() + [UInt8(ascii: "x"), 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1, 2, 3]
        let expected = BitstreamError.truncated(offset: start, needed: 6 + 4_294_967_295 + 4, available: 9)
        #expect(throws: expected) { try chunks(of: file) }
        let tooLong = SampleFiles.file() + [UInt8(ascii: "x"), 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 1, 2, 3]
        #expect(throws: BitstreamError.invalidVarint(name: "chunk length", offset: start + 1)) {
            try chunks(of: tooLong)
        }
    }

    @Test func lyingBandLengthsAreRefused() throws {
        let file = SampleFiles.file((.level, [0, 3, 2, 1, 2, 99, 0xA, 0xB, 0xB]))
        let chunk = try #require(try chunks(of: file).first)
        let at = chunk.payload.startIndex + 5
        let expected = BitstreamError.invalidField(name: "length of band 2", value: 99, allowed: 0...0, offset: at)
        #expect(throws: expected) { _ = try LevelPayload(chunk, tileCount: 1) }
    }
}
