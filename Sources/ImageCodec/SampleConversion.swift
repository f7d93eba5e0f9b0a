internal import Media

/// From the network's values to samples and back (SPEC §11).
///
/// Values are in 1/64 of an 8-bit step, so that black is 0 and white 16 320; 16-bit samples keep their finer steps.
enum SampleConversion {
    /// Converts one row of R, G, B values into the colour samples of a picture; alpha is left alone.
    ///
    /// - Parameters:
    ///   - values: `[width][3]`.
    ///   - samples: `[width][channels]` of the picture, written.
    static func write(_ values: Span<Int16>, width: Int, format: PixelFormat, to samples: inout MutableSpan<UInt16>) {
        let channels = format.channels.count
        let wide = format.bitDepth == .sixteen
        let top: Int32 = wide ? 65535 : 255
        let scale: Int32 = wide ? 257 : 1
        if format.channels.colorCount == 3 {
            for x in 0..<width {
                for c in 0..<3 {
                    let value = (Int32(values[3 &* x &+ c]) &* scale &+ 32) >> 6
                    samples[x &* channels &+ c] = UInt16(truncatingIfNeeded: min(max(value, 0), top))
                }
            }
        } else {
            for x in 0..<width {
                let sum = Int32(values[3 &* x]) &+ Int32(values[3 &* x &+ 1]) &+ Int32(values[3 &* x &+ 2])
                let numerator = max(sum &* scale &+ 96, 0)
                samples[x &* channels] = UInt16(truncatingIfNeeded: min(numerator / 192, top))
            }
        }
    }

    /// What analysis subtracts from values: 0.45 of the range, where photographs have their mean.
    static let analysisOffset: Int32 = 7344

    /// A colour sample as the network's value; the inverse up to rounding.
    @inline(__always)
    static func value(of sample: UInt16, depth: PixelFormat.BitDepth) -> Int32 {
        depth == .eight ? Int32(sample) << 6 : ((Int32(sample) << 6) + 128) / 257
    }
}
