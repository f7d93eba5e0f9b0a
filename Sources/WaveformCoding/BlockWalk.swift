internal import EntropyCoding
internal import IntegerKernels

/// Walks a block sample by sample, frame after frame and in a frame channel after channel (SPEC §16.2): the part that
/// encoder and decoder share.
///
/// Channels 0 and 1, 2 and 3 and so on are pairs: the first of a pair is predicted with the second's past, the second with
/// what the first has by then.
struct BlockWalk {
    private let channels: [WaveformChannel]
    private let frames: Int

    init(_ parameters: [ChannelParameters], bits: Int, frames: Int, kernel: KernelImplementation) {
        channels = parameters.map { WaveformChannel($0, bits: bits, frames: frames, kernel: kernel) }
        self.frames = frames
    }

    /// - Parameter wanted: the sample of (channel, frame) to write; a reader does not look at it.
    @inline(__always)
    func run(with coder: inout some BitCoder, wanted: (Int, Int) -> Int32) {
        for frame in 0..<frames {
            for (index, channel) in channels.enumerated() where !channel.isSilent {
                let partner = index ^ 1 < channels.count ? channels[index ^ 1] : nil
                channel.code(wanted(index, frame), at: frame, partner: partner, isSecond: index & 1 == 1, with: &coder)
            }
        }
    }

    /// `[channel][frame]`
    var samples: [[Int32]] { channels.map(\.samples) }
}
