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

    /// `u8`, `s16le`, `f32be` and so on, in any case.
    private static func sample(_ name: Substring) -> (SampleFormat, RawLayout)? {
        let name = name.lowercased()
        if name == "u8" || name == "s8" { return (.integer(bits: 8), RawLayout(isUnsigned: name == "u8")) }
        guard let order = [("le", RawLayout.ByteOrder.littleEndian), ("be", .bigEndian)].first(where: { name.hasSuffix($0.0) })?.1
        else { return nil }
        let kinds: [String: SampleFormat] = [
            "s16": .integer(bits: 16), "s24": .integer(bits: 24), "s32": .integer(bits: 32), "f32": .float32, "f64": .float64,
        ]
        return kinds[String(name.dropLast(2))].map { ($0, RawLayout(byteOrder: order)) }
    }
}
