import BitstreamFormat
import Media
import SpectralCoding
import Testing
import VCodec

/// What the façade's options make of a file's header.
@Suite struct CodingOptionTests {
    /// Whole superframes, nearly four seconds of them, and no more than 2^22 samples.
    @Test(arguments: [
        (44_100, 2, 86 * 2048), (8000, 1, 125 * 256), (11_025, 1, 86 * 512), (48_000, 8, 94 * 2048), (192_000, 8, 64 * 8192),
        (1, 1, 256), (1 << 20 - 1, 8, 32 * 16384),
    ])
    func blocksOfLossySoundAreWholeSuperframes(sampleRate: Int, channels: Int, blockLength: Int) throws {
        let format = AudioFormat(sampleRate: sampleRate, channels: channels, sample: .integer(bits: 16))
        for coding in [AudioEncodingOptions().coding, .quality(0), .bitrate(kilobitsPerSecond: 32)] {
            let header = try header(format, coding)
            #expect(header.blockLength == blockLength)
            #expect(header.coding == .lossy(model: SpectralModel.standard.identity))
        }
        let lossless = try header(format, .lossless)
        #expect(lossless.isLossless)
        #expect(lossless.blockLength == min(4 * sampleRate, 1 << 22 / channels))
    }

    @Test func soundIsLossyUnlessAskedOtherwise() {
        #expect(AudioEncodingOptions().coding == .quality(50))
    }

    private func header(_ format: AudioFormat, _ coding: AudioCoding) throws -> SoundHeader {
        var options = AudioEncodingOptions()
        options.coding = coding
        var reader = SoundBitstream.Reader()
        reader.append(AudioEncoder(format: format, options: options).finish())
        guard case .header(let header)? = try reader.next() else { throw BitstreamError.empty }
        return header
    }
}
