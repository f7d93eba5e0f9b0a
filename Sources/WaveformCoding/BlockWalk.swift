internal import EntropyCoding
internal import IntegerKernels

/// Walks a block pair of channels after pair, in a pair frame after frame (SPEC §16.2): the part that encoder and decoder
/// share.
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
        for index in stride(from: 0, to: channels.count, by: 2) {
            let first = channels[index]
            let second = index + 1 < channels.count ? channels[index + 1] : nil
            for frame in 0..<frames {
                first.code(wanted(index, frame), at: frame, partner: second, isSecond: false, with: &coder)
                second?.code(wanted(index + 1, frame), at: frame, partner: first, isSecond: true, with: &coder)
            }
        }
    }

    /// `[channel][frame]`
    var samples: [[Int32]] { channels.map(\.samples) }
}
