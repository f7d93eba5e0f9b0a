import AudioCodec
import BitstreamFormat
import TestSupport

/// Sound of every kind, and nothing in common with what people record.
enum RandomSound {
    static let kinds: [SoundHeader.SampleKind] =
        [1, 2, 7, 8, 12, 16, 20, 24, 31, 32].map { .integer(bits: $0) } + [.float32, .float64]

    static func header(_ kind: SoundHeader.SampleKind, channels: Int, blockLength: Int) -> SoundHeader {
        SoundHeader(sampleRate: 48000, channels: channels, sampleKind: kind, blockLength: blockLength)
    }

    static func block(_ header: SoundHeader, frames: Int, using random: inout some RandomNumberGenerator) -> SampleBlock {
        switch header.sampleKind {
        case .integer(let bits):
            let most = Int32(truncatingIfNeeded: 1 << (bits - 1) - 1)
            return .integer(samples(header, frames) { [-most - 1, most, 0, .random(in: -most - 1...most, using: &random)].randomElement(using: &random)! })
        case .float32:
            return .float32(samples(header, frames) { UInt32.random(in: 0...UInt32.max, using: &random) })
        case .float64:
            return .float64(samples(header, frames) { UInt64.random(in: 0...UInt64.max, using: &random) })
        }
    }

    private static func samples<Sample>(_ header: SoundHeader, _ frames: Int, _ sample: () -> Sample) -> [[Sample]] {
        (0..<header.channels).map { _ in (0..<frames).map { _ in sample() } }
    }
}
