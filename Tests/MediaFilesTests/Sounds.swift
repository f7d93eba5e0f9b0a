import Foundation
import Media
import MediaFiles
import TestSupport

/// The formats that files have, apart from rate and channels.
let everySample: [SampleFormat] = [
    .integer(bits: 8), .integer(bits: 16), .integer(bits: 24), .integer(bits: 32), .float32, .float64,
]

/// A sound of random samples, with the extremes of the format among them.
func randomSound(
    _ sample: SampleFormat, channels: Int = 1, frames: Int, sampleRate: Int = 44_100, seed: UInt64
) -> AudioBuffer {
    var generator = SeededGenerator(seed: seed)
    func planes<S>(_ extremes: [S], _ random: (inout SeededGenerator) -> S) -> [[S]] {
        (0..<channels).map { _ in
            (0..<frames).map { _ in
                generator.next().isMultiple(of: 4) ? extremes.randomElement(using: &generator)! : random(&generator)
            }
        }
    }
    let samples: AudioSamples =
        switch sample {
        case .integer(let bits):
            .integer(planes([.min >> Int32(32 - bits), .max >> Int32(32 - bits), 0, -1]) {
                Int32(truncatingIfNeeded: $0.next()) >> Int32(32 - bits)
            })
        case .float32:
            .float32(planes([
                .nan, Float(bitPattern: 0xFFC1_2345), .infinity, -.infinity, -0.0, .leastNonzeroMagnitude, 2.5, -1e30, 1,
            ]) {
                Float.random(in: -1...1, using: &$0)
            })
        case .float64:
            .float64(planes([
                .nan, Double(bitPattern: 0xFFF8_0000_1234_5678), .infinity, -.infinity, -0.0, .leastNonzeroMagnitude, 2.5,
                -1e300, 1,
            ]) {
                Double.random(in: -1...1, using: &$0)
            })
        }
    return AudioBuffer(
        format: AudioFormat(sampleRate: sampleRate, channels: channels, sample: sample), samples: samples)
}

extension AudioBuffer {
    /// The frames of a part of the sound.
    func frames(_ range: Range<Int>) -> AudioBuffer {
        let part: AudioSamples =
            switch samples {
            case .integer(let channels): .integer(channels.map { Array($0[range]) })
            case .float32(let channels): .float32(channels.map { Array($0[range]) })
            case .float64(let channels): .float64(channels.map { Array($0[range]) })
            }
        return AudioBuffer(format: format, samples: part)
    }
}

/// Everything that a reader gives, its blocks joined.
struct ReadSound {
    var sound: AudioBuffer
    var blocks: [Int] = []
    var reader: SoundFileReader

    init(_ reader: SoundFileReader, frames: Int = 5_000) throws {
        self.reader = reader
        var blocks: [AudioBuffer] = []
        while let block = try reader.read(frames: frames) { blocks.append(block) }
        self.blocks = blocks.map(\.frameCount)
        sound = Self.joined(blocks, reader.format)
    }

    init(_ input: SoundInput) throws {
        try self.init(SoundFileReader(input))
    }

    private static func joined(_ blocks: [AudioBuffer], _ format: AudioFormat) -> AudioBuffer {
        func planes<S>(_ planes: (AudioSamples) -> [[S]]?) -> [[S]] {
            (0..<format.channels).map { channel in blocks.flatMap { planes($0.samples)?[channel] ?? [] } }
        }
        let samples: AudioSamples =
            switch format.sample {
            case .integer: .integer(planes { if case .integer(let planes) = $0 { planes } else { nil } })
            case .float32: .float32(planes { if case .float32(let planes) = $0 { planes } else { nil } })
            case .float64: .float64(planes { if case .float64(let planes) = $0 { planes } else { nil } })
            }
        return AudioBuffer(format: format, samples: samples)
    }
}

/// A file that is gone after the test.
final class TemporaryFile {
    let path = FileManager.default.temporaryDirectory.appending(path: "vcodec-\(UUID().uuidString)").path

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var bytes: [UInt8] {
        get throws { try [UInt8](Data(contentsOf: URL(filePath: path))) }
    }
}

/// The bytes of a file with this sound, written in blocks.
func soundFile(
    _ sound: AudioBuffer, _ kind: SoundFileKind, metadata: AudioMetadata = AudioMetadata(), frameCount: Int? = nil,
    layout: RawLayout = RawLayout()
) throws -> [UInt8] {
    let file = TemporaryFile()
    try write(sound, to: .path(file.path), kind, metadata: metadata, frameCount: frameCount, layout: layout)
    return try file.bytes
}

func write(
    _ sound: AudioBuffer, to output: SoundOutput, _ kind: SoundFileKind, metadata: AudioMetadata = AudioMetadata(),
    frameCount: Int? = nil, layout: RawLayout = RawLayout()
) throws {
    let writer = try SoundFileWriter(
        output, kind: kind, format: sound.format, metadata: metadata, frameCount: frameCount, layout: layout)
    for start in stride(from: 0, to: sound.frameCount, by: 3_001) {
        try writer.write(sound.frames(start..<min(start + 3_001, sound.frameCount)))
    }
    try writer.finish()
}

/// What a reader makes of these bytes, however many, when they come from a pipe.
///
/// - Parameter raw: of samples without a header.
func readPiped(_ bytes: [UInt8], raw: AudioFormat? = nil) throws -> ReadSound {
    let pipe = Pipe()
    let output = pipe.fileHandleForWriting
    Thread.detachNewThread {
        try? output.write(contentsOf: Data(bytes))
        try? output.close()
    }
    return try withExtendedLifetime(pipe) {
        let input = SoundInput.descriptor(pipe.fileHandleForReading.fileDescriptor)
        return try ReadSound(raw.map { try SoundFileReader(input, raw: $0) } ?? SoundFileReader(input))
    }
}

/// What arrives when a sound is written to a pipe; it must fit into the pipe's own buffer.
func writePiped(_ sound: AudioBuffer, _ kind: SoundFileKind, frameCount: Int? = nil) throws -> [UInt8] {
    let pipe = Pipe()
    try write(sound, to: .descriptor(pipe.fileHandleForWriting.fileDescriptor), kind, frameCount: frameCount)
    try pipe.fileHandleForWriting.close()
    return try [UInt8](pipe.fileHandleForReading.readToEnd() ?? Data())
}
