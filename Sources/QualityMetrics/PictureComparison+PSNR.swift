#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension PictureComparison {
    /// Mean of the squared differences over all samples of all colour channels.
    ///
    /// Exact up to the final division: the sum of 2³⁰ squares of 16-bit differences fits 62 bits.
    public var meanSquaredError: Double {
        var sum = 0
        for channel in 0..<channels {
            for y in 0..<height {
                for (a, b) in zip(
                    first.row(y, channel: channel), second.row(y, channel: channel))
                {
                    sum += (a - b) * (a - b)
                }
            }
        }
        return Double(sum) / Double(width * height * channels)
    }

    /// 10·log₁₀(peak² / ``meanSquaredError``) in dB; infinite when nothing differs.
    public var peakSignalToNoiseRatio: Double {
        10 * log10(Double(peak * peak) / meanSquaredError)
    }
}
