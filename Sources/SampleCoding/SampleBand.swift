internal import EntropyCoding
internal import IntegerKernels

/// Rows of a picture coded from one state, sample by sample (SPEC §14.1).
final class SampleBand {
    private let width: Int
    private let channels: [SampleChannel]
    private let residuals: ResidualCoder
    private let copies: ColorCopies?
    /// Errors of at most so much.
    private let tolerance: Int32

    init(width: Int, channels: Int, step: Int, copies: Bool, kernel: KernelImplementation) {
        self.width = width
        self.copies = copies ? ColorCopies(width: width) : nil
        tolerance = Int32(step / 2)
        self.channels = (0..<channels).map {
            SampleChannel(index: $0, width: width, kernel: kernel)
        }
        residuals = ResidualCoder(step: step)
    }

    /// Coded channels in the order of the samples: G comes first.
    private static let order = [1, 0, 2]

    func encode(_ samples: [UInt8], rows: Range<Int>, watch: WorkWatch) -> [UInt8] {
        var coder = BitWriter()
        let count = channels.count
        for y in rows {
            code(with: &coder, wanted: { x, channel in
                Int32(samples[(y * self.width + x) * count + (count == 1 ? 0 : Self.order[channel])])
            }, found: { _, _, _ in })
            guard watch.goesOnAfterRow() else { break }
        }
        return coder.encoder.finish()
    }

    /// - Parameters:
    ///   - rows: of the band; those before are decoded, too, those after are not.
    /// - Returns: `[rows][columns][channels]`
    func decode(_ stream: ArraySlice<UInt8>, rows: Range<Int>, columns: Range<Int>, watch: WorkWatch) -> [UInt8] {
        var coder = BitReader(decoder: RangeDecoder(stream))
        let count = channels.count
        var samples = [UInt8](repeating: 0, count: rows.count * columns.count * count)
        for y in 0..<rows.upperBound {
            let start = (y - rows.lowerBound) * columns.count - columns.lowerBound
            code(with: &coder, wanted: { _, _ in 0 }, found: { x, channel, sample in
                guard y >= rows.lowerBound, columns.contains(x) else { return }
                let at = (start + x) * count + (count == 1 ? 0 : Self.order[channel])
                samples[at] = UInt8(truncatingIfNeeded: sample)
            })
            guard watch.goesOnAfterRow() else { break }
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
        copies?.startRow()
        for x in 0..<width {
            if let copies, let color = copies.code(x, with: &coder, accepts: { isNear($0, x, wanted) }) {
                take(color, at: x, found)
                continue
            }
            for c in 0..<channels.count {
                let channel = channels[c]
                channel.predict(x, before: (at(c - 1), at(c - 2)), after: (at(c + 1), at(c + 2)))
                let residual = residuals.nearest(to: wanted(x, c), center: channel.center)
                let coded = residuals.code(residual, of: channel, with: &coder)
                let sample = residuals.sample(coded, center: channel.center)
                channel.learn(sample, at: x)
                found(x, c, sample)
            }
            copies?.learn(color(at: x), at: x)
        }
        for channel in channels { channel.finishRow() }
        copies?.finishRow()
    }

    /// Whether all samples of a colour are close enough to those wanted.
    @inline(__always)
    private func isNear(_ color: Int32, _ x: Int, _ wanted: (_ x: Int, _ channel: Int) -> Int32) -> Bool {
        channels.indices.allSatisfy { abs(Self.sample($0, of: color) &- wanted(x, $0)) <= tolerance }
    }

    private func take(_ color: Int32, at x: Int, _ found: (_ x: Int, _ channel: Int, _ sample: Int32) -> Void) {
        for c in channels.indices {
            let sample = Self.sample(c, of: color)
            channels[c].skip(sample, at: x)
            found(x, c, sample)
        }
        copies?.learn(color, at: x)
    }

    /// Eight bits of a colour.
    @inline(__always)
    private static func sample(_ channel: Int, of color: Int32) -> Int32 {
        color &>> Int32(truncatingIfNeeded: 8 &* channel) & 255
    }

    @inline(__always)
    private func color(at x: Int) -> Int32 {
        var color: Int32 = 0
        for c in channels.indices {
            let sample = unsafe channels[c].samples.row[x]
            color |= sample &<< Int32(truncatingIfNeeded: 8 &* c)
        }
        return color
    }

    @inline(__always)
    private func at(_ index: Int) -> SampleChannel? { channels.indices ~= index ? channels[index] : nil }
}
