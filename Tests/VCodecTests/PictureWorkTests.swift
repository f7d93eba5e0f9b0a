import BitstreamFormat
import Media
import Testing
import VCodec

/// Progress and cancellation of work on pictures, on the caller's thread and away from it.
@Suite struct PictureWorkTests {
    /// A picture, and how it is encoded. Work in flight on other threads may report once more each, and a tile its end.
    struct Work: Sendable, CustomStringConvertible {
        let image: ImageBuffer
        let options: EncodingOptions
        let description: String

        init(_ name: String, _ image: ImageBuffer, _ target: RateTarget, effort: Int = 3) {
            var options = EncodingOptions()
            (options.target, options.effort, options.threads) = (target, Effort(effort), 2)
            (self.image, self.options, description) = (image, options, "\(name) \(target) \(effort)")
        }

        /// Reports after the one that asked for an end.
        static let inFlight = 3

        static let encoding = [
            Work("picture", Scenes.picture(140, 110), .lossless), Work("picture", Scenes.picture(140, 110), .maximumError(2)),
            Work("picture", Scenes.picture(140, 110, PixelFormat(.rgba, .sixteen)), .lossless),
            Work("drawing", Scenes.drawing(200, 140), .lossless), Work("drawing", Scenes.drawing(200, 140), .quality(50)),
            Work("picture", Scenes.picture(140, 110), .quality(50), effort: 6),
            Work("picture", Scenes.picture(140, 110), .bytes(2000)), Work("picture", Scenes.picture(140, 110), .psnr(36)),
            Work("picture", Scenes.picture(140, 110), .psnr(60)), Work("tiles", Scenes.picture(2100, 33), .quality(30), effort: 0),
        ]

        static let decoding = [
            Work("picture", Scenes.picture(140, 110), .lossless),
            Work("picture", Scenes.picture(140, 110, PixelFormat(.grey, .sixteen)), .lossless),
            Work("alpha", Scenes.picture(140, 110, PixelFormat(.rgba, .sixteen)), .quality(50)),
            Work("tiles", Scenes.picture(2100, 33), .quality(30), effort: 0),
        ]

        func encoded() throws -> [UInt8] { try ImageEncoder(options: options).encode(image).bytes }
    }

    @Test(arguments: Work.encoding)
    func encodingTellsHowFarItIs(work: Work) throws {
        let watcher = Watcher()
        let watched = try ImageEncoder(options: work.options).encode(work.image, progress: watcher.progress)
        #expect(watched.bytes == (try work.encoded()))
        #expect(watcher.parts.last == 1 && zip(watcher.parts, watcher.parts.dropFirst()).allSatisfy { $0 < $1 })
        #expect(watcher.parts.count > 1)
    }

    @Test(arguments: Work.encoding)
    func encodingEndsWhereItIsCancelled(work: Work) {
        let watcher = Watcher()
        #expect(throws: CodecError.cancelled) {
            try ImageEncoder(options: work.options)
                .encode(work.image, progress: watcher.progress, isCancelled: watcher.isCancelled)
        }
        #expect((1...1 + Work.inFlight).contains(watcher.parts.count))
    }

    @Test(arguments: Work.decoding)
    func decodingTellsHowFarItIs(work: Work) throws {
        let (watcher, file) = (Watcher(), try work.encoded())
        let watched = try ImageDecoder().decode(file, progress: watcher.progress)
        #expect(watched.image == (try ImageDecoder().decode(file).image))
        #expect(watcher.parts.last == 1 && zip(watcher.parts, watcher.parts.dropFirst()).allSatisfy { $0 < $1 })
        #expect(watcher.parts.count > 1)
    }

    @Test(arguments: Work.decoding)
    func decodingEndsWhereItIsCancelled(work: Work) throws {
        let (watcher, file) = (Watcher(), try work.encoded())
        #expect(throws: CodecError.cancelled) {
            try ImageDecoder(options: Self.twoThreads)
                .decode(file, progress: watcher.progress, isCancelled: watcher.isCancelled)
        }
        #expect((1...1 + Work.inFlight).contains(watcher.parts.count))
    }

    /// What is stopped half done cannot go on, whatever the caller says later.
    @Test func whoCancelsOnceHasCancelled() throws {
        let watcher = Watcher()
        #expect(throws: CodecError.cancelled) {
            try ImageDecoder().decode(
                Work.decoding[0].encoded(), progress: watcher.progress, isCancelled: { watcher.parts.count == 1 })
        }
    }

    @Test(arguments: Work.encoding)
    func awaitedPicturesAreTheSame(work: Work) async throws {
        let watcher = Watcher()
        let encoded = try await ImageEncoder(options: work.options).encode(work.image, progress: watcher.progress)
        #expect(encoded.bytes == (try work.encoded()))
        let decoded = try await ImageDecoder().decode(encoded.bytes, progress: watcher.progress)
        #expect(decoded.image == (try ImageDecoder().decode(encoded.bytes, isCancelled: nil).image))
        #expect(watcher.parts.count { $0 == 1 } == 2)
    }

    @Test(arguments: Work.encoding)
    func cancelledTasksEndEncoding(work: Work) async {
        let gate = Gate()
        let task = Task { () async throws(CodecError) in
            try await ImageEncoder(options: work.options).encode(work.image, progress: gate.progress)
        }
        await gate.arrived()
        task.cancel()
        gate.open()
        await #expect(throws: CodecError.cancelled) { try await task.value }
        #expect(gate.count <= 1 + Work.inFlight)
    }

    @Test(arguments: Work.decoding)
    func cancelledTasksEndDecoding(work: Work) async throws {
        let (gate, file) = (Gate(), try work.encoded())
        let task = Task { () async throws(CodecError) in
            try await ImageDecoder(options: Self.twoThreads).decode(file, progress: gate.progress)
        }
        await gate.arrived()
        task.cancel()
        gate.open()
        await #expect(throws: CodecError.cancelled) { try await task.value }
        #expect(gate.count <= 1 + Work.inFlight)
    }

    /// Nothing is begun, not even a look at the file.
    @Test func cancelledTasksBeginNothing() async {
        let gate = Gate()
        let task = Task { () async throws(CodecError) in
            while !Task.isCancelled { await Task.yield() }
            return try await ImageDecoder().decode([1, 2, 3], progress: gate.progress)
        }
        task.cancel()
        await #expect(throws: CodecError.cancelled) { try await task.value }
        #expect(gate.count == 0)
    }

    @Test func awaitedErrorsAreTheSame() async {
        await #expect(throws: CodecError.bitstream(.empty)) { try await ImageDecoder().decode([]) }
        var options = EncodingOptions()
        options.target = .quality(101)
        await #expect(throws: CodecError.invalidOption(name: "quality", value: "101.0", allowed: "0 to 100")) {
            try await ImageEncoder(options: options).encode(Scenes.picture(2, 2))
        }
    }

    private static let twoThreads: DecodingOptions = {
        var options = DecodingOptions()
        options.threads = 2
        return options
    }()
}
