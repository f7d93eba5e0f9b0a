import CSndFile
import Media

/// Writes through libsndfile: CAF, AU, W64, FLAC. The inverse of `SndFileDecoder`.
final class SndFileEncoder: SoundEncoder {
    private let file: SndFile
    private let sink: ByteSink
    private let format: AudioFormat
    private var hasSamples = false

    /// - Throws: ``MediaFileError/needsSeeking(_:)`` and ``MediaFileError/unsupportedSound(_:kind:)``.
    init(_ output: SoundOutput, kind: SoundFileKind, format: AudioFormat, tags: [AudioTag]) throws(MediaFileError) {
        guard let code = Self.code(kind, format.sample) else { throw .unsupportedSound(format, kind: kind) }
        sink = try ByteSink(output)
        guard sink.isSeekable else { throw .needsSeeking(kind) }
        file = try SndFile(writing: sink, kind: kind, format: format, code: code)
        self.format = format
        // This chunk has the time of day in it: the same sound would make different files.
        file.set(SFC_SET_ADD_PEAK_CHUNK, false)
        SndFileTags.write(tags, kind, to: file)
    }

    func write(_ buffer: AudioBuffer) throws(MediaFileError) {
        guard buffer.frameCount > 0 else { return }
        hasSamples = true
        switch buffer.samples {
        case .integer(let channels):
            let shift = Int32(32 - format.sample.bits)
            try file.write(frames(channels) { $0 << shift })
        case .float32(let channels): try file.write(frames(channels) { $0 })
        case .float64(let channels): try file.write(frames(channels) { $0 })
        }
    }

    func finish() throws(MediaFileError) {
        if !hasSamples { file.writeHeader() }
        try file.close()
        sink.finish()
    }

    /// `[channel][frame]` to `[frame][channel]`.
    private func frames<S: SndFile.Sample>(_ channels: [[S]], _ convert: (S) -> S) -> [S] {
        var samples = [S](repeating: .zero, count: channels.count * channels[0].count)
        for (channel, plane) in channels.enumerated() {
            for (frame, sample) in plane.enumerated() { samples[frame * channels.count + channel] = convert(sample) }
        }
        return samples
    }

    /// libsndfile's number for samples in a kind of file; nil where there is none.
    private static func code(_ kind: SoundFileKind, _ sample: SampleFormat) -> Int? {
        let major: Int? =
            switch kind {
            case .w64: SF_FORMAT_W64
            case .caf: SF_FORMAT_CAF
            case .au: SF_FORMAT_AU
            case .flac: SF_FORMAT_FLAC
            default: nil
            }
        let minor: Int? =
            switch sample {
            case .integer(8): kind == .w64 ? SF_FORMAT_PCM_U8 : SF_FORMAT_PCM_S8
            case .integer(16): SF_FORMAT_PCM_16
            case .integer(24): SF_FORMAT_PCM_24
            case .integer(32): SF_FORMAT_PCM_32
            case .float32: SF_FORMAT_FLOAT
            case .float64: SF_FORMAT_DOUBLE
            case .integer: nil
            }
        guard let major, let minor else { return nil }
        return major | minor
    }
}
