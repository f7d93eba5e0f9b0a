import Media
import MediaFiles
import VCodec

/// `vcodec decode` of a `.vca` file, whole or a stretch of it, block by block.
struct SoundDecoding {
    let input: InputFile
    /// Nil for the input's name with `.wav`.
    let output: String?
    /// Nil: as the output's name says, WAV for standard output.
    let kind: SoundFileKind?
    let stretch: SoundStretch
    let work: WorkOptions

    func run() throws(ToolFailure) {
        let start = ContinuousClock.now
        let path = output ?? input.path(replacing: ["vca"], with: kind?.fileExtensions[0] ?? "wav")
        let kind = if let kind { kind } else { try Self.kind(ofOutput: path) }
        var source = try SoundStreamSource(input, stretch, work)
        var file = try OutputFile(path, from: input)
        let frames = try write(&source, to: &file, as: kind)
        if let offset = source.truncatedAt {
            work.reporting.warn(input.name, "incomplete from byte \(offset) on; what came before is decoded")
        }
        try file.finish()
        guard let format = source.format else { return }
        work.reporting.summarize(
            "\(input.name) → \(file.name)   \(format.readable(frames: frames))   \((.now - start).readable)")
    }

    /// - Throws: a failure for a name that stands for no kind of sound file that is written.
    static func kind(ofOutput path: String) throws(ToolFailure) -> SoundFileKind {
        guard path != "-" else { return .wav }
        do {
            return try SoundFileKind(fileName: path)
        } catch { throw ToolFailure(writing: path, error) }
    }

    /// - Returns: how many frames there were.
    private func write(
        _ source: inout SoundStreamSource, to file: inout OutputFile, as kind: SoundFileKind
    ) throws(ToolFailure) -> Int {
        let progress = ProgressLine("decoding \(input.name)", work.reporting)
        defer { progress?.clear() }
        // The format and the metadata come before the first samples.
        var next = try source.next()
        guard let format = source.format else { return 0 }
        for warning in source.metadataWarnings { work.reporting.warn(input.name, warning) }
        let (name, metadata, frameCount, sound) = (file.name, source.metadata, source.frameCount, file.sound)
        let writer = try named(name) { () throws(MediaFileError) in
            try SoundFileWriter(sound, kind: kind, format: format, metadata: metadata, frameCount: frameCount)
        }
        var frames = 0
        while let buffer = next {
            try named(name) { () throws(MediaFileError) in try writer.write(buffer) }
            frames += buffer.frameCount
            if let frameCount { progress?.handler(Double(frames) / Double(max(1, frameCount))) }
            next = try source.next()
        }
        try named(name) { () throws(MediaFileError) in try writer.finish() }
        for item in leftOut(writer, metadata, kind) { work.reporting.warn(name, "\(kind) has no place for \(item)") }
        return frames
    }

    /// What the file does not have of the metadata, in words.
    private func leftOut(_ writer: SoundFileWriter, _ metadata: AudioMetadata, _ kind: SoundFileKind) -> [String] {
        let tags = writer.leftOut.map { "the tag \($0.key)" }
        guard kind != .wav, kind != .rf64 else { return tags }
        return tags + metadata.chunks.map { "the chunk '\($0.id)'" } + (metadata.speakers == nil ? [] : ["speakers"])
    }

    /// Tells which file it was that could not be written.
    private func named<Result>(
        _ name: String, _ write: () throws(MediaFileError) -> Result
    ) throws(ToolFailure) -> Result {
        do {
            return try write()
        } catch { throw ToolFailure(writing: name, error) }
    }
}
