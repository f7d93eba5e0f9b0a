internal import EntropyCoding
internal import IntegerKernels

/// Rows of a picture coded from one state, sample by sample (SPEC §14.1).
final class SampleBand {
    private let width: Int
    private let channels: [SampleChannel]
    private let residuals: ResidualCoder

    init(width: Int, channels: Int, step: Int, kernel: KernelImplementation) {
        self.width = width
        self.channels = (0..<channels).map {
            SampleChannel(index: $0, width: width, kernel: kernel)
        }
        residuals = ResidualCoder(step: step)
    }

    /// Coded channels in the order of the samples: G comes first.
    private static let order = [1, 0, 2]

    func encode(_ samples: [UInt8], rows: Range<Int>) -> [UInt8] {
        guard !rows.isEmpty else { return [] }
        var coder = BitWriter()
        let count = channels.count
        for y in rows {
            code(with: &coder, wanted: { x, channel in
                Int32(samples[(y * self.width + x) * count + (count == 1 ? 0 : Self.order[channel])])
            }, found: { _, _, _ in })
        }
        return coder.encoder.finish()
    }

    func decode(_ stream: ArraySlice<UInt8>, rows: Int) -> [UInt8] {
        var coder = BitReader(decoder: RangeDecoder(stream))
        let count = channels.count
        var samples = [UInt8](repeating: 0, count: rows * width * count)
        for y in 0..<rows {
            code(with: &coder, wanted: { _, _ in 0 }, found: { x, channel, sample in
                let at = (y * self.width + x) * count + (count == 1 ? 0 : Self.order[channel])
                samples[at] = UInt8(truncatingIfNeeded: sample)
            })
        }
        return samples
    }

    /// Codes the next row.
    @inline(__always)
    private func code(
        with coder: inout some BitCoder, wanted: (_ x: Int, _ channel: Int) -> Int32,
        found: (_ x: Int, _ channel: Int, _ sample: Int32) -> Void
    ) {
        for channel in channels { channel.startRow() }
        for x in 0..<width {
            for c in 0..<channels.count {
                let channel = channels[c]
                channel.predict(x, before: (at(c - 1), at(c - 2)), after: (at(c + 1), at(c + 2)))
                let residual = residuals.nearest(to: wanted(x, c), center: channel.center)
                let coded = residuals.code(residual, of: channel, with: &coder)
                let sample = residuals.sample(coded, center: channel.center)
                channel.learn(sample, at: x)
                found(x, c, sample)
            }
        }
        for channel in channels { channel.finishRow() }
    }

    @inline(__always)
    private func at(_ index: Int) -> SampleChannel? { channels.indices ~= index ? channels[index] : nil }
}
