import AudioCodec
import BitstreamFormat
import IntegerKernels
import TestSupport
import Testing
import VCodec

@Suite struct AudioDamageTests {
    static let header = RandomSound.header(.integer(bits: 16), channels: 2, blockLength: 50)
    static let sound: SampleBlock = {
        var random = SeededGenerator(seed: 5)
        return RandomSound.block(header, frames: 120, using: &random)
    }()
    static let file = encoded([sound], header, threads: 1, metadata: [.text(.init(keyword: "ARTIST", text: "Anon"))])

    /// Where a block is complete, and how many frames there are then.
    static let blockEnds: [(offset: Int, frames: Int)] = {
        var reader = SoundBitstream.Reader()
        reader.append(file)
        var ends: [(offset: Int, frames: Int)] = []
        while let part = try? reader.next() {
            if case .block(let block, _) = part { ends.append((reader.offset, (ends.last?.frames ?? 0) + block.frames)) }
        }
        return ends
    }()

    @Test func cutFilesGiveTheirCompleteBlocks() throws {
        let headerEnd = 5 + 13
        #expect(Self.blockEnds.map(\.frames) == [50, 100, 120])
        for count in 0..<Self.file.count {
            let cut = Array(Self.file.prefix(count))
            guard count >= headerEnd else {
                #expect(throws: BitstreamError.self) { try decoded(cut) }
                continue
            }
            let (sound, truncation) = try decoded(cut, threads: 2, piece: 7)
            let frames = Self.blockEnds.last { $0.offset <= count }?.frames ?? 0
            #expect(sound == Self.sound[0..<frames], "\(count) bytes")
            #expect(truncation != nil)
        }
    }

    @Test func everyFlippedBitIsNoticed() throws {
        for place in 0..<Self.file.count {
            for bit: UInt8 in 0..<8 {
                var damaged = Self.file
                damaged[place] ^= 1 << bit
                // An optional chunk's kind is guarded by its checksum, too: nothing passes for whole.
                let result = try? decoded(damaged)
                #expect(result == nil || result?.truncation != nil, "bit \(bit) of byte \(place)")
            }
        }
    }

    /// Damage to a block takes nothing from those before it, however many are decoded at a time.
    @Test(arguments: [1, 2, 7], [0, 1, 2])
    func blocksBeforeDamageComeOut(threads: Int, damaged: Int) throws {
        var file = Self.file
        file[Self.blockEnds[damaged].offset - 6] ^= 1
        var decoder = AudioStreamDecoder(engine: IntegerEngine(threads: threads), model: .standard)
        decoder.append(file)
        decoder.finish()
        var sound = SampleBlock(empty: Self.header)
        #expect(throws: BitstreamError.self) {
            while let block = try decoder.next() { sound.append(block) }
        }
        #expect(sound == Self.sound[0..<50 * damaged])
        // And it stays refused.
        #expect(throws: BitstreamError.self) { try decoder.next() }
    }

    @Test func wrongSamplesAreRefusedThoughTheChecksumIsRight() throws {
        var writer = SoundBitstream.Writer()
        var file = writer.begin(Self.header, metadata: [])
        let block = BlockCoder(header: Self.header, kernels: .best).encode(Self.sound[0..<50])
        let offset = file.count
        file += writer.append(BlockPayload(frames: 50, digest: block.digest ^ 1, content: block.content))
        let expected = BitstreamError.damagedStream(
            .samplesDiffer(stored: block.digest ^ 1, computed: block.digest), offset: offset)
        #expect(throws: expected) { try decoded(file) }
    }

    @Test func partsOutOfPlaceAreRefused() throws {
        let coder = BlockCoder(header: Self.header, kernels: .best)
        let (whole, short) = (coder.encode(Self.sound[0..<50]), coder.encode(Self.sound[0..<20]))
        var writer = SoundBitstream.Writer()
        let start = writer.begin(Self.header, metadata: [])
        let (first, second) = (writer.append(short), writer.append(whole))
        let end = writer.finish()
        let after = start.count + first.count
        #expect(throws: BitstreamError.unexpectedChunk(.block(1), offset: after)) { try decoded(start + first + second) }
        // An end that speaks of more blocks than there are.
        #expect(throws: BitstreamError.unexpectedChunk(.end, offset: after)) { try decoded(start + first + end) }
        let header = Array(start.dropFirst(5))
        #expect(throws: BitstreamError.unexpectedChunk(.header, offset: start.count)) { try decoded(start + header) }
        #expect(throws: BitstreamError.missingChunk(.header, offset: 5)) { try decoded(Array(start.prefix(5)) + first) }
        let whole2 = Self.file.count
        #expect(throws: BitstreamError.unexpectedChunk(.block(3), offset: whole2)) { try decoded(Self.file + first) }
    }

    @Test func lyingLengthsTakeNoMemory() throws {
        // A block that claims 4 GiB, and the same of text: refused by what the header allows, before any of it comes.
        let start = SoundBitstream.Writer().begin(Self.header, metadata: [])
        for (kind, allowed) in [(UInt8(ascii: "B"), 50 * 2 * 2 + 1024), (UInt8(ascii: "t"), 1 << 25)] {
            let lie = start + [kind, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0]
            let expected = BitstreamError.invalidField(
                name: "chunk length", value: 0xFFFF_FFFF, allowed: 0...allowed, offset: start.count + 1)
            #expect(throws: expected) { try decoded(lie) }
        }
    }

    /// An end that speaks of other blocks must not make a reader that seeks start in the middle.
    @Test func anIndexThatLiesIsRefused() throws {
        let coder = BlockCoder(header: Self.header, kernels: .best)
        var (writer, lying) = (SoundBitstream.Writer(), SoundBitstream.Writer())
        var file = writer.begin(Self.header, metadata: [])
        for start in [0, 50] { file += writer.append(coder.encode(Self.sound[start..<start + 50])) }
        _ = lying.append(coder.encode(Self.sound[50..<100]))
        let end = file.count
        file += lying.finish()
        let error = try #require(throws: CodecError.self) { try AudioFileIndex(size: file.count) { Array(file[$0]) } }
        #expect(error == .bitstream(.unexpectedChunk(.end, offset: end)))
        #expect(throws: BitstreamError.unexpectedChunk(.end, offset: end)) { try decoded(file) }
    }

    @Test func otherFilesAreRefusedByName() throws {
        #expect(throws: BitstreamError.empty) { try decoded([]) }
        let flac = Array("fLaC".utf8) + [UInt8](repeating: 0, count: 30)
        #expect(throws: BitstreamError.badMagic(found: Array(flac.prefix(16)))) { try decoded(flac) }
        var newer = Self.file
        for version: UInt8 in [1, 9] {
            newer[4] = version
            let expected = BitstreamError.unsupportedVersion(found: version, supported: 2...2, offset: 4)
            #expect(throws: expected) { try decoded(newer) }
        }
    }
}
