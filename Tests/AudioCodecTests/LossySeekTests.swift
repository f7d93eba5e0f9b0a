import AudioCodec
import BitstreamFormat
import Media
import TestSupport
import Testing
import VCodec

/// From any frame on, a file gives the samples that it gives from the beginning (SPEC §19.9).
@Suite struct LossySeekTests {
    @Test(arguments: 0..<8)
    func aStretchIsThatOfTheWhole(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let sound = try LossySound(
            channels: 1 + Int(seed % 3), superframes: .random(in: 1...3, using: &random),
            frames: .random(in: 1...4000, using: &random), using: &random)
        let whole = AudioSamples(joining: try AudioDecoder.decode(sound.file).buffers.map(\.samples))
        let index = try AudioFileIndex(size: sound.file.count) { Array(sound.file[$0]) }
        let count = sound.samples.frames
        #expect(index.frameCount == count)
        let (length, half) = (sound.header.blockLength, sound.header.superframe / 2)
        var frames = (0..<10).map { _ in Int.random(in: 0..<count, using: &random) }
        for edge in stride(from: 0, through: count, by: length) {
            frames += [-half - 1, -half, -1, 0, half - 1, half].map { edge + $0 }
        }
        for frame in frames where 0..<count ~= frame {
            #expect(try samples(of: sound.file, index, from: frame) == whole[frame..<count], "frame \(frame)")
        }
    }

    /// Where nothing before the frame is needed, nothing before it is decoded.
    @Test func decodingStartsAtTheBlockBeforeOnlyInsideTheOverlap() throws {
        var random = SeededGenerator(seed: 20)
        let sound = try LossySound(channels: 1, frames: 3000, using: &random)
        let index = try AudioFileIndex(size: sound.file.count) { Array(sound.file[$0]) }
        for (frame, block) in [(0, 0), (127, 0), (767, 0), (768, 0), (895, 0), (896, 1), (1535, 1), (1663, 1), (1664, 2), (2999, 3)] {
            let start = index.decoder(atFrame: frame)
            #expect(start.offset == sound.offsets[block], "frame \(frame)")
            #expect(start.skipped == frame - 768 * block)
        }
    }

    private func samples(of file: [UInt8], _ index: AudioFileIndex, from frame: Int) throws -> AudioSamples {
        var (decoder, offset, skipped) = index.decoder(atFrame: frame)
        decoder.append(Array(file[offset...]))
        decoder.finish()
        var buffers: [AudioBuffer] = []
        while let buffer = try decoder.next() { buffers.append(buffer) }
        let found = AudioSamples(joining: buffers.map(\.samples))
        return found[skipped..<index.frameCount - frame + skipped]
    }
}
