import AudioCodec
import BitstreamFormat
import IntegerKernels
import SpectralCoding
import TestSupport
import Testing
import VCodec

@Suite struct AudioStreamTests {
    @Test(arguments: RandomSound.kinds, [1, 2, 3, 8])
    func whatGoesInComesOut(kind: SoundHeader.SampleKind, channels: Int) throws {
        var random = SeededGenerator(seed: 41)
        let header = RandomSound.header(kind, channels: channels, blockLength: 100)
        for frames in [0, 1, 99, 100, 101, 350] {
            let sound = RandomSound.block(header, frames: frames, using: &random)
            let file = encoded([sound], header, threads: 2)
            #expect(try decoded(file).sound == sound)
        }
    }

    @Test func neitherPiecesNorThreadsChangeTheFile() throws {
        var random = SeededGenerator(seed: 42)
        let header = RandomSound.header(.integer(bits: 16), channels: 2, blockLength: 64)
        let sound = RandomSound.block(header, frames: 1000, using: &random)
        let file = encoded([sound], header, threads: 1)
        for threads in [2, 3, 8] {
            var pieces: [SampleBlock] = []
            var start = 0
            while start < 1000 {
                let end = min(1000, start + Int.random(in: 0...200, using: &random))
                pieces.append(sound[start..<end])
                start = end
            }
            #expect(encoded(pieces, header, threads: threads) == file)
            #expect(try decoded(file, threads: threads, piece: Int.random(in: 1...300, using: &random)).sound == sound)
        }
    }

    @Test func metadataComesBackInOrder() throws {
        let header = RandomSound.header(.integer(bits: 8), channels: 1, blockLength: 10)
        let metadata: [MetadataPayload] = [
            .speakers(0x3F), .text(.init(keyword: "TITLE", text: "Tabula rasa – ☃")), .text(.init(keyword: "TITLE", text: "")),
            .riffChunk(Array("cue ".utf8) + [0, 1, 2]),
        ]
        let file = encoded([], header, threads: 1, metadata: metadata)
        var decoder = AudioStreamDecoder(engine: IntegerEngine(threads: 1), model: .standard)
        decoder.append(file)
        decoder.finish()
        #expect(try decoder.next() == nil)
        #expect(decoder.truncation == nil)
        #expect(decoder.metadata == metadata)
        #expect(decoder.header == header)
    }

    /// The samples' share is what the other module says; the rest is told here to the byte.
    @Test func writesTheBytesOfTheSpecification() throws {
        let header = SoundHeader(sampleRate: 300, channels: 1, sampleKind: .float32, blockLength: 2)
        // 1, −0: no integers, for the sign of zero would be lost.
        let file = encoded([.float32([[0x3F80_0000, 0x8000_0000]])], header, threads: 1)
        let expected: [UInt8] = [
            0x8E, 0x76, 0x63, 0x61, 0x02,
            0x48, 6, 0xAC, 0x02, 1, 64, 2, 0,
        ]
        #expect(file.starts(with: expected))
        let planes: [UInt8] = [0, 0, 0x3F, 0x80, 0, 0x80, 0, 0, 0, 0, 0, 0, 0]
        #expect(contains(file, [0x42, 18, 2] + digestBytes([0x00, 0x00, 0x80, 0x3F, 0x00, 0x00, 0x00, 0x80]) + planes))
        // One block, two frames in it, 24 bytes of chunk; the end itself takes 13.
        #expect(contains(file, [0x45, 7, 1, 2, 24, 13, 0, 0, 0]))
        #expect(file.count == 5 + 12 + 24 + 13)
    }

    private func contains(_ file: [UInt8], _ part: [UInt8]) -> Bool {
        (0...file.count - part.count).contains { Array(file[$0..<$0 + part.count]) == part }
    }

    private func digestBytes(_ samples: [UInt8]) -> [UInt8] {
        let digest = CRC32C.checksum(of: samples[...])
        return [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: digest >> $0) }
    }
}

/// Sound made of pieces.
func encoded(
    _ pieces: [SampleBlock], _ header: SoundHeader, threads: Int, metadata: [MetadataPayload] = []
) -> [UInt8] {
    var encoder = AudioStreamEncoder(header: header, engine: IntegerEngine(threads: threads))
    var file = encoder.begin(metadata: metadata)
    for piece in pieces { file += encoder.append(piece) }
    return file + encoder.finish()
}

/// All samples of a file that is fed in pieces, and what it lacks.
func decoded(
    _ file: [UInt8], threads: Int = 1, piece: Int = 1 << 20
) throws(BitstreamError) -> (sound: SampleBlock?, truncation: BitstreamError?) {
    var decoder = AudioStreamDecoder(engine: IntegerEngine(threads: threads), model: .standard)
    var blocks: [SampleBlock] = []
    for start in stride(from: 0, to: file.count, by: piece) {
        decoder.append(Array(file[start..<min(start + piece, file.count)]))
        while let block = try decoder.next() { blocks.append(block) }
    }
    decoder.finish()
    while let block = try decoder.next() { blocks.append(block) }
    guard let header = decoder.header else { return (nil, decoder.truncation) }
    var sound = SampleBlock(empty: header)
    for block in blocks { sound.append(block) }
    return (sound, decoder.truncation)
}
