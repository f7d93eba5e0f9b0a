#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension SoundComparison {
    private static let window = 2048
    private static let hop = 512
    /// −100 dB of full scale: what is below is silence for this measure.
    private static let floor = 1e-10

    /// Log-spectral distance in dB: the root mean square over frequencies of the difference of the power spectra in dB,
    /// its mean over stretches of 2048 frames, 512 apart, under a Hann window, and over channels. (Gray, Markel, "Distance
    /// measures for speech processing", IEEE Trans. ASSP 24, 1976, equation 5.) Shorter sounds count as followed by
    /// silence.
    public var logSpectralDistance: Double {
        let transform = FourierTransform(size: Self.window)
        let distances = zip(measured, reference).flatMap { a, b in
            stride(from: 0, through: max(0, a.count - Self.window), by: Self.hop).map { start in
                distance(transform, Self.stretch(a, start), Self.stretch(b, start))
            }
        }
        return distances.isEmpty ? 0 : distances.reduce(0, +) / Double(distances.count)
    }

    private func distance(_ transform: FourierTransform, _ a: [Double], _ b: [Double]) -> Double {
        let squares = zip(Self.decibels(transform.powers(a)), Self.decibels(transform.powers(b))).map { ($0 - $1) * ($0 - $1) }
        return (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    }

    private static let hann = (0..<window).map { 0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(window)) }

    private static func stretch(_ samples: [Double], _ start: Int) -> [Double] {
        hann.indices.map { start + $0 < samples.count ? samples[start + $0] * hann[$0] : 0 }
    }

    private static func decibels(_ powers: [Double]) -> [Double] {
        // A sine of full scale has (window / 4)² under this window.
        let scale = 16 / Double(window * window)
        return powers.map { 10 * log10($0 * scale + floor) }
    }
}
