/// A stretch of sound in memory: its samples and what they mean.
///
/// Channels lie one after the other, not interleaved, and are equally long:
///
///     samples:  [ channel 0: [ frame 0, frame 1, … ]  channel 1: [ frame 0, frame 1, … ]  … ]
///
/// A frame is one sample of every channel. A buffer may be empty. It is immutable, so it can be
/// shared between threads as it is.
public struct AudioBuffer: Hashable, Sendable {
    public let format: AudioFormat

    /// `[format.channels][frameCount]`.
    public let samples: AudioSamples

    /// How many frames there are, 0 or more.
    public let frameCount: Int

    /// - Precondition: there are as many channels as the format says, equally long, of the
    ///   format's type, and integers are in the range of their depth.
    /// - Complexity: O(samples), to check the range of integers.
    public init(format: AudioFormat, samples: AudioSamples) {
        let lengths = samples.lengths
        precondition(lengths.count == format.channels, "as many channels as the format says")
        precondition(lengths.allSatisfy { $0 == lengths[0] }, "channels are equally long")
        precondition(samples.fit(format.sample), "samples are of the format's type and range")
        self.format = format
        self.samples = samples
        frameCount = lengths[0]
    }

    /// The sound of some frames.
    public subscript(frames: Range<Int>) -> AudioBuffer {
        AudioBuffer(format: format, samples: samples[frames])
    }
}
