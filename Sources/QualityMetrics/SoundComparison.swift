#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
public import Media

/// Two sounds of the same rate, channels and length in common terms, ready to be measured against each other.
///
///     let comparison = try SoundComparison(of: decoded, with: original)
///     comparison.scaleInvariantRatio        // dB, infinite when nothing differs but the volume
///     comparison.logSpectralDistance        // dB, 0 when nothing differs
///
/// Full scale is ±1 whatever the samples are. Measures are over all channels, and diagnostics: how near two sounds are
/// to an ear is for ViSQOL and Zimtohrli to say (`Tools/metrics`).
public struct SoundComparison: Sendable {
    /// `[channel][frame]`, within ±1 unless they are floating point beyond that.
    let measured: [[Double]]
    let reference: [[Double]]

    /// Whether both sounds are of one kind of samples, and no bit of one differs.
    public let isIdentical: Bool

    /// - Throws: ``ComparisonError`` where rates, channels or lengths differ.
    public init(of measured: AudioBuffer, with reference: AudioBuffer) throws(ComparisonError) {
        let (a, b) = (measured.format, reference.format)
        guard a.sampleRate == b.sampleRate, a.channels == b.channels else {
            throw .formatsDiffer(first: a.description, second: b.description)
        }
        guard measured.frameCount == reference.frameCount else {
            throw .lengthsDiffer(first: measured.frameCount, second: reference.frameCount)
        }
        isIdentical = a == b && measured.samples == reference.samples
        self.measured = measured.fullScale
        self.reference = reference.fullScale
    }
}

extension SoundComparison {
    /// SI-SDR in dB: what is left of the reference at its best volume, against all else; infinite when there is nothing
    /// else. (Le Roux, Wisdom, Erdogan, Hershey, "SDR – half-baked or well done?", ICASSP 2019, equation 4.)
    public var scaleInvariantRatio: Double {
        let (cross, energy) = (dot(measured, reference), dot(reference, reference))
        guard energy > 0 else { return dot(measured, measured) > 0 ? -.infinity : .infinity }
        let scale = cross / energy
        let (signal, rest) = (scale * scale * energy, distance(scale))
        return rest == 0 ? .infinity : 10 * log10(signal / rest)
    }

    /// The greatest difference of two samples; full scale is 1.
    public var maximumDifference: Double {
        zip(measured, reference).flatMap { zip($0, $1).map { abs($0 - $1) } }.max() ?? 0
    }

    private func dot(_ a: [[Double]], _ b: [[Double]]) -> Double {
        zip(a, b).reduce(0) { $0 + zip($1.0, $1.1).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    private func distance(_ scale: Double) -> Double {
        zip(measured, reference).reduce(0) { sum, pair in
            zip(pair.0, pair.1).reduce(sum) { $0 + ($1.0 - scale * $1.1) * ($1.0 - scale * $1.1) }
        }
    }
}

extension AudioBuffer {
    /// `[channel][frame]` on the scale of ±1.
    fileprivate var fullScale: [[Double]] {
        switch samples {
        case .integer(let channels):
            let scale = Double(sign: .plus, exponent: 1 - format.sample.bits, significand: 1)
            return channels.map { $0.map { Double($0) * scale } }
        case .float32(let channels): return channels.map { $0.map { Double($0) } }
        case .float64(let channels): return channels
        }
    }
}
