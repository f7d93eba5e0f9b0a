import Media
import MediaFiles
import VCodec

/// `vcodec encode` of a sound file: samples are read, coded and written block by block.
struct SoundEncoding {
    let input: InputFile
    /// Nil for the input's name with `.vca`.
    let output: String?
    /// What a file is that cannot say it itself.
    let raw: RawSoundOption?
    let coding: AudioCoding
    let work: WorkOptions

    private static let blockLength = 1 << 16

    func run() throws(ToolFailure) {
        if let output, output.lowercased().hasSuffix(".vci") {
            throw ToolFailure(.usage, output, "is no name for encoded sound; end it in .vca")
        }
        let start = ContinuousClock.now
        let reader = try open()
        var options = AudioEncodingOptions()
        options.coding = coding
        options.threads = work.threads ?? options.threads
        let metadata = reader.metadata
        var encoder = AudioEncoder(format: reader.format, metadata: metadata, options: options)
        var file = try OutputFile(output ?? input.path(replacing: Self.extensions, with: "vca"), from: input)
        try encode(reader, with: &encoder, into: &file)
        for words in encoder.leftOut { work.reporting.warn(input.name, words) }
        try file.finish(with: encoder.finish())
        warn(of: reader, hadMetadata: metadata)
        warn(ofRate: reader.format.kilobitsPerSecond(bytes: file.bytesWritten, frames: reader.framesRead))
        work.reporting.summarize(
            "\(input.name) → \(file.name)   " + summary(reader, bytes: file.bytesWritten) + "   \((.now - start).readable)")
    }

    /// What names of sound files end in.
    static let extensions = SoundFileKind.allCases.flatMap(\.fileExtensions)

    private func open() throws(ToolFailure) -> SoundFileReader {
        let sound = try input.sound()
        do {
            guard let raw else { return try SoundFileReader(sound) }
            return try SoundFileReader(sound, raw: raw.format, layout: raw.layout)
        } catch { throw ToolFailure(reading: input.name, error) }
    }

    private func encode(
        _ reader: SoundFileReader, with encoder: inout AudioEncoder, into file: inout OutputFile
    ) throws(ToolFailure) {
        let progress = ProgressLine("encoding \(input.name)", work.reporting)
        defer { progress?.clear() }
        while let buffer = try next(of: reader) {
            try file.write(encoder.append(buffer))
            if let all = reader.declaredFrames { progress?.handler(Double(reader.framesRead) / Double(max(1, all))) }
        }
    }

    private func next(of reader: SoundFileReader) throws(ToolFailure) -> AudioBuffer? {
        do {
            return try reader.read(frames: Self.blockLength)
        } catch { throw ToolFailure(reading: input.name, error) }
    }

    /// Where no quality gives what was asked for, or tags take it.
    private func warn(ofRate reached: Double) {
        guard case .bitrate(let asked) = coding, reached > 0, abs(reached / asked - 1) > 0.03 else { return }
        work.reporting.warn(input.name, "takes \(reached.fixed(1)) kbit/s instead of \(asked.fixed(1)): no quality comes nearer")
    }

    private func warn(of reader: SoundFileReader, hadMetadata metadata: AudioMetadata) {
        for warning in reader.warnings { work.reporting.warn(input.name, warning.description) }
        if reader.metadata != metadata {
            work.reporting.warn(input.name, "what follows the samples of a pipe, such as tags, is left out")
        }
    }

    /// `44100 Hz, 2 channels, 16-bit integers, 8.00 s   1 411 200 → 912 345 bytes (64.7 %, lossless)`, or
    /// `… → 48 123 bytes (3.4 %, lossy, 48.1 kbit/s)`.
    private func summary(_ reader: SoundFileReader, bytes: Int) -> String {
        let raw = reader.framesRead * reader.format.frameBytes
        let share = raw > 0 ? "\((Double(bytes) * 100 / Double(raw)).fixed(1)) %, " : ""
        let rate = reader.format.kilobitsPerSecond(bytes: bytes, frames: reader.framesRead)
        let coded = coding == .lossless ? "lossless" : "lossy, \(rate.fixed(1)) kbit/s"
        return "\(reader.format.readable(frames: reader.framesRead))   \(raw.grouped) → \(bytes.grouped) bytes (\(share)\(coded))"
    }
}

extension AudioFormat {
    /// Bytes that a frame takes without any coding.
    var frameBytes: Int { channels * ((sample.bits + 7) / 8) }

    /// 0 where there are no frames.
    func kilobitsPerSecond(bytes: Int, frames: Int) -> Double {
        frames == 0 ? 0 : Double(bytes) * 8 * Double(sampleRate) / Double(frames) / 1000
    }

    /// With the length of so many frames.
    func readable(frames: Int) -> String {
        "\(self), \((Double(frames) / Double(sampleRate)).fixed(2)) s"
    }
}
