import AudioCodec
import BitstreamFormat
import IntegerKernels
import SpectralCoding
import TestSupport
import Testing
import VCodec

@Suite struct LossyStreamTests {
    /// Frames around all that matters: half superframes, superframes, blocks of three of them. The superframe is 256.
    static let lengths = [0, 1, 127, 128, 129, 256, 767, 768, 769, 768 + 127, 768 + 128, 768 + 129, 1536, 2600]

    @Test(arguments: lengths)
    func piecesAndThreadsDoNotChangeTheSamples(frames: Int) throws {
        var random = SeededGenerator(seed: UInt64(frames))
        for channels in [1, 2, 3] {
            let sound = try LossySound(channels: channels, frames: frames, using: &random)
            #expect(sound.samples.frames == frames)
            for threads in [1, 2, 7] {
                let piece = Int.random(in: 1...400, using: &random)
                let found = try decoded(sound.file, threads: threads, piece: piece)
                #expect(found.sound == sound.samples)
                #expect(found.truncation == nil)
            }
        }
    }

    @Test(arguments: RandomSound.kinds)
    func everyKindOfSampleIsMade(kind: SoundHeader.SampleKind) throws {
        var random = SeededGenerator(seed: 12)
        let sound = try LossySound(kind, sampleRate: 22050, channels: 2, superframes: 1, frames: 2500, using: &random)
        #expect(try decoded(sound.file).sound == sound.samples)
    }

    @Test(arguments: KernelImplementation.available)
    func kernelsDoNotChangeTheSamples(implementation: KernelImplementation) throws {
        var random = SeededGenerator(seed: 13)
        let sound = try LossySound(sampleRate: 44100, channels: 2, superframes: 2, frames: 10_000, using: &random)
        var decoder = AudioStreamDecoder(engine: IntegerEngine(implementation: implementation, threads: 1), model: .standard)
        decoder.append(sound.file)
        decoder.finish()
        var samples = SampleBlock(empty: sound.header)
        while let block = try decoder.next() { samples.append(block) }
        #expect(samples == sound.samples)
    }

    /// All but the last half superframe of a block is there before the next one is.
    @Test func halfASuperframeStaysBehind() throws {
        var random = SeededGenerator(seed: 14)
        let sound = try LossySound(channels: 1, frames: 2000, using: &random)
        var decoder = AudioStreamDecoder(engine: IntegerEngine(threads: 1), model: .standard)
        var counts: [Int] = []
        for (start, end) in zip([0] + sound.offsets.dropFirst(), sound.offsets.dropFirst()) {
            decoder.append(Array(sound.file[start..<end]))
            while let block = try decoder.next() { counts.append(block.frames) }
        }
        #expect(counts == [768 - 128, 768, 464])
        decoder.finish()
        #expect(try decoder.next()?.frames == 128)
        #expect(try decoder.next() == nil)
    }

    /// A file that is cut ends as if its last complete block were the last of all.
    @Test func cutFilesEndWithTheirLastCompleteBlock() throws {
        var random = SeededGenerator(seed: 15)
        let sound = try LossySound(channels: 2, frames: 2400, using: &random)
        let wholes = (0...4).map { sound.prefix(blocks: $0).samples }
        for count in sound.offsets[0]..<sound.file.count where count % 3 == 0 || sound.offsets.contains(count) {
            let blocks = sound.offsets.lastIndex { $0 <= count }!
            let (found, truncation) = try decoded(Array(sound.file.prefix(count)), threads: 2, piece: 91)
            #expect(found == wholes[blocks], "\(count) bytes")
            #expect(truncation != nil)
        }
    }

    @Test func everyFlippedBitIsNoticed() throws {
        var random = SeededGenerator(seed: 16)
        let sound = try LossySound(channels: 1, superframes: 1, frames: 300, using: &random)
        for place in sound.file.indices {
            var damaged = sound.file
            damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            let result = try? decoded(damaged)
            #expect(result == nil || result?.truncation != nil, "byte \(place)")
        }
    }

    @Test func signalsAreComparedWithTheirDigest() throws {
        var random = SeededGenerator(seed: 17)
        let sound = try LossySound(channels: 1, frames: 500, using: &random)
        let block = try block(of: sound.file)
        var writer = SoundBitstream.Writer()
        let start = writer.begin(sound.header, metadata: [])
        let wrong = BlockPayload(frames: 500, digest: block.digest ^ 1, content: block.content)
        let expected = BitstreamError.damagedStream(
            .samplesDiffer(stored: block.digest ^ 1, computed: block.digest), offset: start.count)
        #expect(throws: expected) { try decoded(start + writer.append(wrong)) }
        let short = BlockPayload(frames: 500, digest: block.digest, content: block.content.prefix(1))
        let chunk = writer.append(short)
        let incomplete = BitstreamError.incompleteField(
            name: "quality", offset: start.count + chunk.count - 5, needed: 2, available: 1)
        #expect(throws: incomplete) { try decoded(start + chunk) }
    }

    /// All ones: the differences of levels have no end, which is refused (SPEC §10.4).
    @Test func streamsThatSayTooMuchAreRefused() {
        let header = SoundHeader(
            sampleRate: 8000, channels: 1, sampleKind: .float32, blockLength: 256,
            coding: .lossy(model: SpectralModel.standard.identity))
        var writer = SoundBitstream.Writer()
        let start = writer.begin(header, metadata: [])
        let content: [UInt8] = [0, 0] + [UInt8](repeating: 0xFF, count: 900)
        let block = writer.append(BlockPayload(frames: 256, digest: 0, content: content[...]))
        #expect(throws: BitstreamError.damagedStream(.excessTooLong, offset: start.count)) { try decoded(start + block) }
    }

    private func block(of file: [UInt8]) throws -> BlockPayload {
        var reader = SoundBitstream.Reader()
        reader.append(file)
        while let part = try reader.next() {
            if case .block(let block, _) = part { return block }
        }
        throw BitstreamError.empty
    }

    /// By the decoder and by the index, though all else about the file is right.
    @Test func anotherModelIsRefusedAtItsField() throws {
        let other = ModelIdentity(bytes: [UInt8](repeating: 7, count: 8))
        let header = SoundHeader(
            sampleRate: 8000, channels: 1, sampleKind: .float32, blockLength: 256, coding: .lossy(model: other))
        var writer = SoundBitstream.Writer()
        let start = writer.begin(header, metadata: [])
        let file = start + writer.append(BlockPayload(frames: 1, digest: 0, content: [0, 0])) + writer.finish()
        let expected = BitstreamError.identityMismatch(
            needed: other.description, found: SpectralModel.standard.identity.description, offset: start.count - 12)
        #expect(throws: expected) { try decoded(start) }
        #expect(throws: expected) { try decoded(file) }
        #expect(throws: CodecError.bitstream(expected)) { try AudioFileIndex(size: file.count) { Array(file[$0]) } }
        // What it says about itself can be read all the same.
        var pieces = [file]
        let info = try AudioInfo { pieces.popLast() }
        #expect(info.modelIdentity == other.description && !info.isLossless)
    }
}
