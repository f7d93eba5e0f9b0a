import ArgumentParser
import Media
import MediaFiles

/// `--raw 48000:2:s16le`: what the samples are of a file that is nothing but samples.
struct RawSoundOption: ExpressibleByArgument {
    let format: AudioFormat
    let layout: RawLayout

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let rate = Int(parts[0]), AudioFormat.sampleRates.contains(rate),
            let channels = Int(parts[1]), AudioFormat.channelCounts.contains(channels),
            let (sample, layout) = Self.sample(parts[2])
        else { return nil }
        format = AudioFormat(sampleRate: rate, channels: channels, sample: sample)
        self.layout = layout
    }

    /// `u8`, `s16le`, `f32be` and so on.
    private static func sample(_ name: Substring) -> (SampleFormat, RawLayout)? {
        let isBigEndian = name.hasSuffix("be")
        guard isBigEndian || name.hasSuffix("le") || name.hasSuffix("8"), let bits = Int(name.filter(\.isNumber)) else { return nil }
        let order: RawLayout.ByteOrder = isBigEndian ? .bigEndian : .littleEndian
        switch (name.first, bits) {
        case ("u", 8), ("s", 8), ("s", 16), ("s", 24), ("s", 32):
            return (.integer(bits: bits), RawLayout(byteOrder: order, isUnsigned: name.first == "u"))
        case ("f", 32): return (.float32, RawLayout(byteOrder: order))
        case ("f", 64): return (.float64, RawLayout(byteOrder: order))
        default: return nil
        }
    }
}
