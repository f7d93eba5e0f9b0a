import CSndFile
import Media

/// Reads through libsndfile what is not read here: CAF, AU, W64, FLAC, Ogg, MP3, and compressed WAV and AIFF.
final class SndFileDecoder: SoundDecoder {
    let format: AudioFormat
    let declaredFrames: Int?
    let metadata: AudioMetadata
    let warnings: [MediaFileError] = []
    private let file: SndFile
    private let isLossy: Bool
    private var framesRead = 0

    /// Frames that no file has: libsndfile's word for "not known" is about 2⁶³.
    private static let unknownFrames = 1 << 50

    /// - Throws: ``MediaFileError/unreadableSound(_:detail:)`` and
    ///   ``MediaFileError/valueOutOfRange(_:found:allowed:offset:)``.
    init(_ source: ByteSource, kind: SoundFileKind, limits: ReadingLimits) throws(MediaFileError) {
        file = try SndFile(reading: source, kind: kind)
        try AudioFormat.check(channels: file.channels, offset: 0)
        try AudioFormat.check(sampleRate: file.sampleRate, offset: 0)
        let sample = Self.sampleFormat(file.code)
        isLossy = sample == nil
        format = AudioFormat(
            sampleRate: file.sampleRate, channels: file.channels, sample: sample ?? .integer(bits: 16))
        // libsndfile goes on where it left the source.
        let position = source.position
        declaredFrames = try Self.declaredFrames(file, format, source, kind)
        var metadata = AudioMetadata()
        metadata.tags = try FLACTags.read(source, limit: limits.maximumMetadataBytes) ?? SndFileTags.read(file)
        self.metadata = metadata
        source.seek(to: position)
    }

    func read(frames: Int) throws(MediaFileError) -> AudioBuffer? {
        let samples = try readSamples(frames)
        let buffer = AudioBuffer(format: format, samples: samples)
        framesRead += buffer.frameCount
        return buffer.frameCount == 0 ? nil : buffer
    }

    private func readSamples(_ frames: Int) throws(MediaFileError) -> AudioSamples {
        if isLossy { return .integer(planes(try read(frames), Self.rounded)) }
        switch format.sample {
        case .integer(let bits):
            // libsndfile gives all integers left-justified; what is shifted out is zero.
            return .integer(planes(try read(frames)) { (sample: Int32) in sample >> Int32(32 - bits) })
        case .float32: return .float32(planes(try read(frames)) { $0 })
        case .float64: return .float64(planes(try read(frames)) { $0 })
        }
    }

    private func read<S: SndFile.Sample>(_ frames: Int) throws(MediaFileError) -> [S] {
        try file.read(S.self, frames: frames, place: framesRead)
    }

    private static func declaredFrames(
        _ file: SndFile, _ format: AudioFormat, _ source: ByteSource, _ kind: SoundFileKind
    ) throws(MediaFileError) -> Int? {
        if isUncompressed(file.code), let length = try DeclaredLength.ofSamples(source, kind) {
            return length / (format.channels * format.sample.bits / 8)
        }
        return 0..<unknownFrames ~= file.frames ? file.frames : nil
    }

    private static func isUncompressed(_ code: Int) -> Bool {
        SF_FORMAT_PCM_S8...SF_FORMAT_DOUBLE ~= code & SF_FORMAT_SUBMASK
    }

    /// `[frame][channel]` to `[channel][frame]`.
    private func planes<S, T>(_ samples: [S], _ convert: (S) -> T) -> [[T]] {
        (0..<format.channels).map { channel in
            stride(from: channel, to: samples.count, by: format.channels).map { convert(samples[$0]) }
        }
    }

    /// A lossy decoder's sample to 16 bits, clipped; what is no number is silence.
    private static func rounded(_ sample: Float) -> Int32 {
        sample.isNaN ? 0 : Int32(min(max(sample * 32_768, -32_768), 32_767).rounded(.toNearestOrEven))
    }

    /// The type that holds the samples exactly; nil when they are coded with loss.
    private static func sampleFormat(_ code: Int) -> SampleFormat? {
        switch code & SF_FORMAT_SUBMASK {
        case SF_FORMAT_PCM_S8, SF_FORMAT_PCM_U8: .integer(bits: 8)
        case SF_FORMAT_PCM_16, SF_FORMAT_ALAC_16, SF_FORMAT_DWVW_16: .integer(bits: 16)
        case SF_FORMAT_PCM_24, SF_FORMAT_ALAC_24, SF_FORMAT_DWVW_24: .integer(bits: 24)
        case SF_FORMAT_PCM_32, SF_FORMAT_ALAC_32: .integer(bits: 32)
        case SF_FORMAT_DWVW_12: .integer(bits: 12)
        case SF_FORMAT_ALAC_20: .integer(bits: 20)
        case SF_FORMAT_FLOAT: .float32
        case SF_FORMAT_DOUBLE: .float64
        default: nil
        }
    }
}
