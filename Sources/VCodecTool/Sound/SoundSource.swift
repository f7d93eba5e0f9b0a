import Media
import MediaFiles
import VCodec

/// A sound in memory that was read from a sound file or a `.vca` file.
struct SoundSource {
    let buffer: AudioBuffer
    /// Whether the file is a `.vca`.
    let isEncoded: Bool

    init(_ input: InputFile, _ work: WorkOptions) throws(ToolFailure) {
        isEncoded = try MediaKind(of: input) == .encodedSound
        let buffers = isEncoded ? try Self.decoded(input, work) : try Self.read(input)
        guard let first = buffers.first else { throw ToolFailure(.badData, input.name, "there are no samples to compare") }
        buffer = AudioBuffer(format: first.format, samples: AudioSamples(joining: buffers.map(\.samples)))
    }

    private static func decoded(_ input: InputFile, _ work: WorkOptions) throws(ToolFailure) -> [AudioBuffer] {
        var source = try SoundStreamSource(input, SoundStretch(), work)
        var buffers: [AudioBuffer] = []
        while let buffer = try source.next() { buffers.append(buffer) }
        if let offset = source.truncatedAt { throw ToolFailure(.badData, input.name, "incomplete from byte \(offset) on") }
        return buffers
    }

    private static func read(_ input: InputFile) throws(ToolFailure) -> [AudioBuffer] {
        let sound = try input.sound()
        do {
            let reader = try SoundFileReader(sound)
            var buffers: [AudioBuffer] = []
            while let buffer = try reader.read(frames: SoundFileReader.longestBlock) { buffers.append(buffer) }
            return buffers
        } catch { throw ToolFailure(reading: input.name, error) }
    }
}
