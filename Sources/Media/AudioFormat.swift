/// How sound is sampled: how often, on how many channels, and what a sample is.
public struct AudioFormat: Hashable, Sendable {
    /// Frames per second that are possible: up to 20 bits, as in FLAC. (1 MHz is beyond what sound
    /// needs; recordings of bats and of radio use up to 768 kHz.)
    public static let sampleRates = 1...1_048_575

    /// How many channels are possible.
    public static let channelCounts = 1...8

    /// Frames per second, in ``sampleRates``.
    public let sampleRate: Int

    /// Samples per frame, in ``channelCounts``.
    public let channels: Int

    public let sample: SampleFormat

    /// - Precondition: the rate, the channels and the depth are in their ranges. What comes from
    ///   outside is checked by who reads it.
    public init(sampleRate: Int, channels: Int, sample: SampleFormat) {
        precondition(Self.sampleRates ~= sampleRate, "a possible sample rate")
        precondition(Self.channelCounts ~= channels, "a possible number of channels")
        if case .integer(let bits) = sample {
            precondition(SampleFormat.integerBits ~= bits, "a possible depth")
        }
        self.sampleRate = sampleRate
        self.channels = channels
        self.sample = sample
    }
}

extension AudioFormat: CustomStringConvertible {
    /// For people, for example `48000 Hz, 2 channels, 24-bit integers`.
    public var description: String {
        "\(sampleRate) Hz, \(channels) channel\(channels == 1 ? "" : "s"), \(sample)"
    }
}
