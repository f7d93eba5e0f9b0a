import AudioCodec
import BitstreamFormat
import IntegerKernels
import Media
import SpectralCoding
import TestSupport
import Testing
import VCodec

@Suite struct SoundConformanceTests {
    @Test func thereAreVectors() {
        #expect(SoundVector.sounds.count >= 8, "run Tools/make-sound-vectors")
        #expect(SoundVector.invalid.count >= 20, "run Tools/make-sound-vectors")
    }

    @Test(arguments: SoundVector.sounds, [1, 2])
    func soundHasItsDigest(vector: SoundVector, threads: Int) throws {
        var options = DecodingOptions()
        options.threads = threads
        var decoder = AudioDecoder(options: options)
        var buffers: [AudioBuffer] = []
        // In pieces of any length, too.
        let piece = threads == 1 ? vector.stream.count : 100
        for start in stride(from: 0, to: vector.stream.count, by: piece) {
            decoder.append(Array(vector.stream[start..<min(start + piece, vector.stream.count)]))
            while let buffer = try decoder.next() { buffers.append(buffer) }
        }
        decoder.finish()
        while let buffer = try decoder.next() { buffers.append(buffer) }
        let (format, expected) = (try #require(decoder.format), vector.expected)
        #expect(format.sampleRate == expected.sampleRate && format.channels == expected.channels)
        #expect(format.sample.description == expected.samples)
        #expect(buffers.reduce(0) { $0 + $1.frameCount } == expected.frames)
        #expect(hexadecimal(SHA256.digest(buffers.flatMap(\.interleavedBytes))) == expected.sha256)
        #expect(decoder.truncatedAt == expected.truncatedAt)
    }

    /// Every block carries the digest of its samples, so that a kernel that differs is noticed by the decoder itself.
    @Test(arguments: SoundVector.sounds, KernelImplementation.available)
    func everyKernelGivesTheSamples(vector: SoundVector, implementation: KernelImplementation) throws {
        var decoder = AudioStreamDecoder(engine: IntegerEngine(implementation: implementation, threads: 1), model: .standard)
        decoder.append(vector.stream)
        decoder.finish()
        var frames = 0
        while let block = try decoder.next() { frames += block.frames }
        #expect(frames == vector.expected.frames)
    }

    @Test(arguments: SoundVector.invalid, [1, 2])
    func brokenStreamHasItsErrorAndOffset(vector: SoundVector, threads: Int) throws {
        var options = DecodingOptions()
        options.threads = threads
        let error = try #require(throws: CodecError.self) { try AudioDecoder.decode(vector.stream, options: options) }
        #expect(ErrorCase(error) == vector.expected.error)
    }

    @Test(arguments: SoundVector.sounds.filter { $0.expected.truncatedAt == nil && $0.expected.frames! > 0 })
    func everyFrameIsFoundByTheIndex(vector: SoundVector) throws {
        let index = try AudioFileIndex(size: vector.stream.count) { Array(vector.stream[$0]) }
        #expect(index.frameCount == vector.expected.frames)
        let samples = AudioSamples(joining: try AudioDecoder.decode(vector.stream).buffers.map(\.samples))
        var random = SeededGenerator(seed: 3)
        for _ in 0..<5 {
            let frame = Int.random(in: 0..<index.frameCount, using: &random)
            var (decoder, offset, skipped) = index.decoder(atFrame: frame)
            decoder.append(Array(vector.stream[offset...]))
            decoder.finish()
            var buffers: [AudioBuffer] = []
            while let buffer = try decoder.next() { buffers.append(buffer) }
            let found = AudioSamples(joining: buffers.map(\.samples))
            let count = index.frameCount - frame
            #expect(found[skipped..<skipped + count] == samples[frame..<index.frameCount])
        }
    }
}

/// Broken streams are refused with a typed error or decoded; nothing else may happen.
@Suite struct SoundMutationTests {
    /// Short ones, so that most of the time goes into reading.
    static let sources = SoundVector.sounds.map(\.stream).filter { $0.count < 600 }

    @Test(.timeLimit(.minutes(10)), arguments: 0..<(MutationTests.count + MutationTests.batch - 1) / MutationTests.batch)
    func aMutatedStreamIsRefusedOrDecoded(seed: Int) {
        var mutation = Mutation(seed: UInt64(seed), sources: Self.sources)
        var (sounds, errors) = (0, 0)
        for number in 0..<MutationTests.batch {
            let stream = mutation.next([.none, .chunks, .checks, .chunks][number % 4])
            var options = DecodingOptions()
            options.threads = 1
            do throws(CodecError) {
                let (buffers, decoder) = try AudioDecoder.decode(stream, options: options)
                #expect(buffers.allSatisfy { $0.frameCount > 0 && $0.format == decoder.format })
                sounds += 1
                // An index that can be read says what the stream says.
                if decoder.truncatedAt == nil {
                    let index = try? AudioFileIndex(size: stream.count) { Array(stream[$0]) }
                    #expect(index?.frameCount == buffers.reduce(0) { $0 + $1.frameCount })
                }
            } catch {
                if let offset = ErrorCase(error).offset {
                    #expect((0...stream.count).contains(offset), "mutation \(number): \(error)")
                }
                errors += 1
                followIndex(of: stream, options)
            }
        }
        #expect(sounds > 0 && errors > 0)
    }

    /// Of a stream that is refused, the index may be whole; then decoding by it is refused, too, unless what is damaged
    /// comes before the place where it starts.
    private func followIndex(of stream: [UInt8], _ options: DecodingOptions) {
        guard let index = try? AudioFileIndex(size: stream.count, read: { Array(stream[$0]) }), index.frameCount > 0 else { return }
        var (decoder, offset, _) = index.decoder(atFrame: 0, options: options)
        #expect(stream.indices.contains(offset))
        decoder.append(Array(stream[offset...]))
        decoder.finish()
        #expect(throws: CodecError.self) { while try decoder.next() != nil {} }
    }
}
