import Foundation
import Media
import Synchronization
import TestSupport
import Testing
import VCodec
@testable import VCodecExample

/// The code of `Examples/swift`, which is the code of the documentation.
@Suite struct ExampleTests {
    /// Red, green and blue, each in one direction.
    private static func pixels(_ width: Int, _ height: Int) -> [UInt8] {
        (0..<width * height * 3).map { i in
            let (x, y) = (i / 3 % width, i / 3 / width)
            return UInt8([x * 255 / width, y * 255 / height, (x ^ y) & 63][i % 3])
        }
    }

    private static func scene(_ width: Int, _ height: Int) -> ImageBuffer {
        ImageBuffer(
            width: width, height: height, format: PixelFormat(.rgb, .eight), samples: pixels(width, height).map { UInt16($0) })
    }

    private static let sound = AudioBuffer(
        format: AudioFormat(sampleRate: 16_000, channels: 1, sample: .integer(bits: 16)),
        samples: .integer([(0..<100_000).map { Int32($0 % 63 * 300 - 9000) }]))

    @Test func picturesAreEncodedAndDecoded() throws {
        let file = try file(of: Self.pixels(90, 50), width: 90, height: 50)
        let found = try picture(in: file)
        #expect(found.picture.width == 90 && found.picture.height == 50 && found.warning == nil)
        #expect(try ImageEncoder().encode(Self.scene(90, 50)).bytes == file)
        #expect(try VCodecExample.file(of: Self.scene(90, 50), within: 700).count <= 700)
        // Of a lossy file.
        let whole = try VCodecExample.file(of: Self.scene(90, 50), within: 700)
        let cut = try picture(in: Array(whole.dropLast(whole.count / 4)))
        #expect(cut.warning?.contains("of 4 levels") == true)
    }

    @Test(arguments: [1, 16, 64])
    func rowsAreAligned(alignment: Int) throws {
        let file = try file(of: Self.pixels(33, 9), width: 33, height: 9)
        let samples = try picture(in: file).picture.samples
        let (memory, layout) = try rows(in: file, alignedTo: alignment)
        #expect(layout.stride % alignment == 0 && layout.stride - 99 < alignment)
        for y in 0..<9 {
            #expect(memory[y * layout.stride..<y * layout.stride + 99].elementsEqual(samples[y * 99..<(y + 1) * 99].map { UInt8($0) }))
        }
    }

    @Test func progressIsTold() async throws {
        let said = Mutex<[String]>([])
        let file = try await file(of: Self.scene(90, 50), says: { text in said.withLock { $0.append(text) } })
        #expect(said.withLock { $0.last } == "100 %" && said.withLock { $0.count } > 2)
        #expect(try picture(in: file).picture == Self.scene(90, 50))
    }

    /// No time gives the file of no effort; all the time, that of the highest.
    @Test func timeIsKept() throws {
        func expected(_ side: Int, _ effort: Int) throws -> [UInt8] {
            var options = EncodingOptions()
            options.effort = Effort(effort)
            return try ImageEncoder(options: options).encode(Self.scene(side, side)).bytes
        }
        #expect(try file(of: Self.scene(64, 64), in: .zero) == (try expected(64, 0)))
        #expect(try file(of: Self.scene(64, 64), in: .seconds(600)) == (try expected(64, 8)))
    }

    @Test func workIsStopped() async throws {
        let gate = DispatchSemaphore(value: 0)
        let job = EncodingJob(Self.scene(64, 64)) { _ in
            gate.wait()
            gate.signal()
        }
        job.stop()
        gate.signal()
        #expect(try await job.file == nil)
        #expect(try await EncodingJob(Self.scene(64, 64), progress: { _ in }).file?.isEmpty == false)
    }

    @Test func soundIsCodedAtOnceAndInPieces() async throws {
        let whole = try await file(of: Self.sound, coding: AudioEncodingOptions().coding)
        let recording = AsyncStream { continuation in
            for start in stride(from: 0, to: 100_000, by: 30_000) {
                continuation.yield(Self.sound[start..<min(start + 30_000, 100_000)])
            }
            continuation.finish()
        }
        var pieces: [UInt8] = []
        try await encode(recording, format: Self.sound.format) { pieces += $0 }
        #expect(pieces == whole)
        let coming = AsyncStream { continuation in
            for start in stride(from: 0, to: whole.count, by: 100) {
                continuation.yield(Array(whole[start..<min(start + 100, whole.count)]))
            }
            continuation.finish()
        }
        var played: [AudioBuffer] = []
        try await decode(coming) { played.append($0) }
        #expect(played == (try await AudioDecoder.decode(whole).buffers))
    }

    @Test func strangersAreKeptAtBay() async throws {
        let file = try file(of: Self.pixels(90, 50), width: 90, height: 50)
        #expect(try await picture(fromAnyone: file, bytes: 90 * 50 * 3) == (try picture(in: file).picture))
        let error = await #expect(throws: CodecError.self) { try await picture(fromAnyone: file, bytes: 90 * 50 * 3 - 1) }
        #expect("\(try #require(error))".contains("13500"))
    }

    @Test(arguments: ["", "P6\n0 1\n255\n", "P6\n1 1\n65535\n\u{0}\u{0}\u{0}", "P6 1 1 255 ", "P6 9", "RIFF"])
    func plainFilesThatAreNoneAreRefused(text: String) {
        #expect(throws: Failure.self) { try PlainFiles.ppm(Array(text.utf8)) }
        #expect(throws: Failure.self) { try PlainFiles.wav(Array(text.utf8)) }
    }
}
