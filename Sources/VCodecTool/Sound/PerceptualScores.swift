import FoundationEssentials
import Media
import MediaFiles

/// How good a sound is to models of hearing, as another program tells: `Tools/metrics` of the sources is one.
///
/// The program is named by the environment's `VCODEC_METRICS`; else it is `vcodec-metrics` in `PATH`. Its arguments are the
/// original and the other sound as WAV files, after `--speech` where that is asked for; it writes a JSON object.
struct PerceptualScores: Decodable {
    /// ViSQOL's MOS in audio mode, 1 to 5 (Chinen et al., "ViSQOL v3", QoMEX 2020).
    let visqol: Double
    /// The same in speech mode, where that was asked for.
    let visqolSpeech: Double?
    /// Zimtohrli's MOS, 1 to 5.
    let zimtohrli: Double

    private enum CodingKeys: String, CodingKey {
        case visqol, zimtohrli
        case visqolSpeech = "visqol_speech"
    }

    /// - Throws: `unavailable` when there is no such program, or it fails.
    init(of sound: AudioBuffer, original: AudioBuffer, speech: Bool) throws(ToolFailure) {
        let environment = ProcessInfo.processInfo.environment
        let program = environment["VCODEC_METRICS"] ?? "vcodec-metrics"
        let folder = environment["TMPDIR"] ?? "/tmp"
        let first = try original.temporaryFile(in: folder)
        let second = try sound.temporaryFile(in: folder)
        let arguments = (speech ? ["--speech"] : []) + [first.inheritedPath, second.inheritedPath]
        let status: Int32
        let output: [UInt8]
        do {
            let file = try FileDescriptor(temporaryIn: folder)
            status = try ChildProgram.run(program, arguments, environment: environment, output: file)
            try file.seek(to: 0)
            output = try file.readToEnd()
        } catch {
            let advice = error.isMissingFile ? "; VCODEC_METRICS names the program that --perceptual needs, such as Tools/metrics" : ""
            throw ToolFailure(.unavailable, program, error.description + advice)
        }
        guard status == 0 else { throw ToolFailure(.unavailable, program, "failed with exit status \(status)") }
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(output))
        } catch { throw ToolFailure(.unavailable, program, "its output is not the JSON of ViSQOL's and Zimtohrli's scores") }
    }
}

extension AudioBuffer {
    /// The sound as a WAV file that has no name.
    fileprivate func temporaryFile(in folder: String) throws(ToolFailure) -> FileDescriptor {
        let file: FileDescriptor
        do {
            file = try FileDescriptor(temporaryIn: folder)
        } catch { throw ToolFailure(writing: folder, error) }
        do {
            let writer = try SoundFileWriter(.descriptor(file.number), kind: .wav, format: format, frameCount: frameCount)
            try writer.write(self)
            try writer.finish()
        } catch { throw ToolFailure(writing: "a file in \(folder)", error) }
        return file
    }
}
