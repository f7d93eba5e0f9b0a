package import Media
import MediaFiles
import QualityMetrics

/// Sound, as WAV.
package struct SoundMedium: Medium {
    package init() {}

    package var kind: MediumKind { .audio }
    package var extensions: Set<String> { ["wav", "flac", "aiff", "aif", "caf", "w64", "au"] }
    package var inputs: [String] { ["wav"] }
    package var inputForPrograms: String { "wav" }

    /// Frames by which a decoded sound may be longer or shorter: two of the longest frames of the codecs measured.
    static let slack = 2 * 2048

    package func prepare(_ path: String, in folder: String) throws(BenchmarkError) -> (TestFile, AudioBuffer) {
        let bytes = try Files.read(path)
        let sound = try Self.read(path)
        try Self.write(sound, to: "\(folder)/source.wav")
        let seconds = Double(sound.frameCount) / Double(sound.format.sampleRate)
        let file = TestFile(
            path: path, sha256: TestFile.digest(bytes), about: "\(seconds.fixed(2)) s, \(sound.format)", rateDivisor: seconds * 1000)
        return (file, sound)
    }

    package func values(of source: AudioBuffer) -> [String: String] { ["rate": String(source.format.sampleRate)] }

    package func scores(
        _ names: Set<String>, ofDecoded path: String, source: AudioBuffer
    ) throws(BenchmarkError) -> [String: Double] {
        guard !names.isDisjoint(with: ["si-sdr", "lsd"]) else { return [:] }
        let decoded = try Self.read(path).fitted(to: source)
        let comparison: SoundComparison
        do {
            comparison = try SoundComparison(of: decoded, with: source)
        } catch { throw .notComparable(reason: error.description) }
        var scores: [String: Double] = [:]
        if names.contains("si-sdr") { scores["si-sdr"] = comparison.scaleInvariantRatio }
        if names.contains("lsd") { scores["lsd"] = comparison.logSpectralDistance }
        return scores
    }

    package func fileForPrograms(decoded path: String, source: AudioBuffer) throws(BenchmarkError) -> String {
        let copy = path + ".fitted.wav"
        try Self.write(try Self.read(path).fitted(to: source), to: copy)
        return copy
    }

    static func read(_ path: String) throws(BenchmarkError) -> AudioBuffer {
        do {
            let reader = try SoundFileReader(.path(path))
            var buffers: [AudioBuffer] = []
            while let buffer = try reader.read(frames: SoundFileReader.longestBlock) { buffers.append(buffer) }
            guard let first = buffers.first else { throw BenchmarkError.file(path, reason: "there are no samples") }
            return AudioBuffer(format: first.format, samples: AudioSamples(joining: buffers.map(\.samples)))
        } catch let error as MediaFileError {
            throw .file(path, reason: error.description)
        } catch let error as BenchmarkError { throw error } catch { throw .file(path, reason: "\(error)") }
    }

    private static func write(_ sound: AudioBuffer, to path: String) throws(BenchmarkError) {
        do {
            let writer = try SoundFileWriter(.path(path), kind: .wav, format: sound.format, frameCount: sound.frameCount)
            try writer.write(sound)
            try writer.finish()
        } catch { throw .file(path, reason: error.description) }
    }
}

extension AudioBuffer {
    /// Cut, or continued with zeros, to as many frames as the source has; lengths further apart are told as they are.
    fileprivate func fitted(to source: AudioBuffer) -> AudioBuffer {
        let missing = source.frameCount - frameCount
        guard missing != 0, abs(missing) <= SoundMedium.slack else { return self }
        guard missing > 0 else { return self[0..<source.frameCount] }
        return AudioBuffer(format: format, samples: AudioSamples(joining: [samples, samples.silence(missing)]))
    }
}

extension AudioSamples {
    /// So many frames of zeros, of the same type and channels.
    fileprivate func silence(_ frames: Int) -> AudioSamples {
        switch self {
        case .integer(let channels): .integer(channels.map { _ in [Int32](repeating: 0, count: frames) })
        case .float32(let channels): .float32(channels.map { _ in [Float](repeating: 0, count: frames) })
        case .float64(let channels): .float64(channels.map { _ in [Double](repeating: 0, count: frames) })
        }
    }
}
