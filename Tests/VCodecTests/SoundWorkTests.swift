import Media
import Synchronization
import TestSupport
import Testing
import VCodec

/// Sound away from the caller's thread, as a whole and in pieces, and in the caller's memory.
@Suite struct SoundWorkTests {
    static let codings: [AudioCoding] = [.lossless, .quality(40), .bitrate(kilobitsPerSecond: 24)]

    private static func options(_ coding: AudioCoding) -> AudioEncodingOptions {
        var options = AudioEncodingOptions()
        (options.coding, options.threads) = (coding, 2)
        return options
    }

    /// Not in an asynchronous function, which would await.
    private static func file(_ sound: AudioBuffer, _ coding: AudioCoding) -> [UInt8] {
        AudioEncoder.encode(sound, options: options(coding))
    }

    private static func decoded(_ file: [UInt8]) throws -> [AudioBuffer] { try AudioDecoder.decode(file).buffers }

    /// As many pieces of random lengths, empty ones too.
    private static func pieces<Element>(_ all: [Element], seed: UInt64) -> [[Element]] {
        var random = SeededGenerator(seed: seed)
        var (pieces, start): ([[Element]], Int) = ([], 0)
        while start < all.count {
            let end = min(all.count, start + Int.random(in: 0...all.count / 4, using: &random))
            pieces.append(Array(all[start..<end]))
            start = end
        }
        return pieces
    }

    @Test(arguments: codings)
    func awaitedFilesAreTheSame(coding: AudioCoding) async throws {
        let sound = Scenes.sound(150_000)
        let expected = Self.file(sound, coding)
        let (encoding, decoding) = (Watcher(), Watcher())
        let file = try await AudioEncoder.encode(sound, options: Self.options(coding), progress: encoding.progress)
        #expect(file == expected)
        let result = try await AudioDecoder.decode(file, progress: decoding.progress)
        #expect(result.buffers == (try Self.decoded(file)))
        #expect(result.decoder.format == sound.format)
        for parts in [encoding.parts, decoding.parts] {
            #expect(parts.count > 1 && parts.last == 1 && zip(parts, parts.dropFirst()).allSatisfy { $0 < $1 })
        }
    }

    @Test(arguments: codings)
    func cancelledTasksEndCoding(coding: AudioCoding) async {
        let sound = Scenes.sound(400_000)
        let file = Self.file(sound, coding)
        let (first, second) = (Gate(), Gate())
        let encoding = Task { () async throws(CodecError) in
            try await AudioEncoder.encode(sound, options: Self.options(coding), progress: first.progress)
        }
        await first.arrived()
        encoding.cancel()
        first.open()
        await #expect(throws: CodecError.cancelled) { try await encoding.value }
        let decoding = Task { () async throws(CodecError) in
            try await AudioDecoder.decode(file, progress: second.progress).buffers
        }
        await second.arrived()
        decoding.cancel()
        second.open()
        await #expect(throws: CodecError.cancelled) { try await decoding.value }
        #expect(first.count == 1 && second.count == 1)
    }

    @Test(arguments: codings)
    func piecesGiveTheSameFile(coding: AudioCoding) async throws {
        let sound = Scenes.sound(150_000)
        let expected = Self.file(sound, coding)
        let starts = Self.pieces(Array(0..<sound.frameCount), seed: 3)
        let buffers = AsyncStream<AudioBuffer> { continuation in
            for frames in starts { continuation.yield(sound[(frames.first ?? 0)..<(frames.last.map { $0 + 1 } ?? 0)]) }
            continuation.finish()
        }
        var file: [UInt8] = []
        for try await bytes in try AudioEncoder.bytes(of: buffers, format: sound.format, options: Self.options(coding)) {
            #expect(!bytes.isEmpty)
            file += bytes
        }
        #expect(file == expected)
    }

    @Test(arguments: codings)
    func piecesGiveTheSameSound(coding: AudioCoding) async throws {
        let file = Self.file(Scenes.sound(150_000), coding)
        let pieces = AsyncStream { continuation in
            for piece in Self.pieces(file, seed: 4) { continuation.yield(piece) }
            continuation.finish()
        }
        var buffers: [AudioBuffer] = []
        var iterator = AudioDecoder.buffers(of: pieces).makeAsyncIterator()
        while let buffer = try await iterator.next() { buffers.append(buffer) }
        #expect(buffers == (try Self.decoded(file)))
        #expect(iterator.decoder.truncatedAt == nil && iterator.decoder.format == buffers.first?.format)
        #expect(try await iterator.next() == nil)
    }

    @Test func piecesOfDamagedFilesEndInTheError() async throws {
        var file = Self.file(Scenes.sound(150_000), .lossless)
        file[file.count / 2] ^= 1
        let damaged = file
        let expected = try #require(throws: CodecError.self) { try Self.decoded(damaged) }
        let pieces = AsyncStream { continuation in
            continuation.yield(damaged)
            continuation.finish()
        }
        var iterator = AudioDecoder.buffers(of: pieces).makeAsyncIterator()
        var frames = 0
        let error = await #expect(throws: CodecError.self) {
            while let buffer = try await iterator.next() { frames += buffer.frameCount }
        }
        #expect(error == expected && frames > 0)
    }

    @Test func optionsThatThereAreNotAreErrors() async throws {
        let sound = Scenes.sound(10)
        await #expect(throws: CodecError.invalidOption(name: "quality", value: "-1.0", allowed: "0 to 100")) {
            try await AudioEncoder.encode(sound, options: Self.options(.quality(-1)))
        }
        let empty = AsyncStream<AudioBuffer> { $0.finish() }
        #expect(throws: CodecError.invalidOption(name: "bit rate", value: "0.0", allowed: "above 0")) {
            try AudioEncoder.bytes(of: empty, format: sound.format, options: Self.options(.bitrate(kilobitsPerSecond: 0)))
        }
        let other = AsyncStream { continuation in
            continuation.yield(Scenes.sound(10, channels: 1))
            continuation.finish()
        }
        await #expect(
            throws: CodecError.invalidOption(
                name: "format", value: "16000 Hz, 1 channel, 16-bit integers", allowed: "16000 Hz, 2 channels, 16-bit integers")
        ) {
            for try await _ in try AudioEncoder.bytes(of: other, format: sound.format) {}
        }
    }

    @Test(arguments: [SampleFormat.integer(bits: 16), .integer(bits: 24), .float32, .float64], [1, 3])
    func soundComesToTheCallersMemory(sample: SampleFormat, channels: Int) throws {
        let sound = Scenes.sound(70_001, channels: channels, sample: sample)
        let file = Self.file(sound, .lossless)
        let size = sample == .float64 ? 8 : 4
        let count = sound.frameCount * channels * size
        var memory = [UInt8](repeating: 0xA5, count: count + 5)
        var span = memory.mutableSpan
        var bytes = unsafe span.mutableBytes
        #expect(try AudioDecoder.decode(file, into: &bytes).frames == sound.frameCount)
        #expect(memory[count...] == [0xA5, 0xA5, 0xA5, 0xA5, 0xA5])
        let found = unsafe memory.withUnsafeBytes { bytes in
            (0..<channels).map { channel in
                (0..<sound.frameCount).map { frame in
                    let offset = (frame * channels + channel) * size
                    return size == 8
                        ? unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                        : UInt64(unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
                }
            }
        }
        switch sound.samples {
        case .integer(let values): #expect(found == values.map { $0.map { UInt64(UInt32(bitPattern: $0)) } })
        case .float32(let values): #expect(found == values.map { $0.map { UInt64($0.bitPattern) } })
        case .float64(let values): #expect(found == values.map { $0.map(\.bitPattern) })
        }
        var small = [UInt8](repeating: 0xA5, count: count - 1)
        #expect(throws: CodecError.bufferTooSmall(needed: count, given: count - 1)) {
            var span = small.mutableSpan
            var bytes = unsafe span.mutableBytes
            _ = try AudioDecoder.decode(file, into: &bytes)
        }
        #expect(small.allSatisfy { $0 == 0xA5 })
    }

    /// A cut file's frames are those that are complete.
    @Test func cutFilesComeAsFarAsTheyGo() throws {
        let file = Self.file(Scenes.sound(150_000), .quality(30))
        let cut = Array(file.prefix(file.count * 3 / 4))
        let info = try AudioInfo(cut)
        var memory = [Int32](repeating: 7, count: info.frameCount * 2)
        var span = memory.mutableSpan
        var bytes = unsafe span.mutableBytes
        let result = try AudioDecoder.decode(cut, into: &bytes)
        #expect(result.frames == info.frameCount && result.frames < 150_000 && result.frames > 0)
        #expect(result.decoder.truncatedAt == info.truncatedAt)
    }
}
