#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A measure of how near a decoded file is to its source.
package struct Metric: Codable, Hashable, Sendable {
    /// How a mean is brought to a scale on which more is better and steps are even.
    package enum Scale: String, Codable, Hashable, Sendable {
        case plain
        /// −10·log₁₀(1 − value): for values that crowd below 1.
        case decibelsBelowOne
        /// Less is better: −value.
        case negated
    }

    /// Who computes it.
    enum Source: Hashable, Sendable {
        case builtIn
        case program(MetricProgram)
    }

    /// What `--metrics` calls it; the key in a run's `metrics`.
    package let name: String
    package let title: String
    /// Of the scaled value; empty for none.
    package let unit: String
    package let scale: Scale
    let source: Source

    private enum CodingKeys: String, CodingKey { case name, title, unit, scale }

    init(_ name: String, _ title: String, unit: String = "", _ scale: Scale = .plain, _ source: Source = .builtIn) {
        self.name = name
        self.title = title
        self.unit = unit
        self.scale = scale
        self.source = source
    }

    /// Of a written report; who computed it is not in there.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        name = try fields.decode(String.self, forKey: .name)
        title = try fields.decode(String.self, forKey: .title)
        unit = try fields.decode(String.self, forKey: .unit)
        scale = try fields.decode(Scale.self, forKey: .scale)
        source = .builtIn
    }

    /// The value for curves; infinite for a perfect one where the scale has no end.
    package func scaled(_ value: Double) -> Double {
        switch scale {
        case .plain: value
        case .decibelsBelowOne: -10 * log10(1 - value)
        case .negated: -value
        }
    }
}

extension Metric {
    package static func all(_ kind: MediumKind) -> [Metric] { kind == .image ? pictures : sounds }

    /// Means over files are of the values as they are, and scaled afterwards.
    static let pictures: [Metric] = [
        Metric("psnr", "PSNR", unit: "dB"),
        Metric("ms-ssim", "MS-SSIM", unit: "dB", .decibelsBelowOne),
        Metric("ssimulacra2", "SSIMULACRA2"),
        Metric(
            "butteraugli", "Butteraugli, 3-norm", .negated,
            .program(MetricProgram(["butteraugli_main", "butteraugli"], ["{source}", "{decoded}"], after: "3-norm:", package: "libjxl-devtools"))),
    ]

    static let sounds: [Metric] = [
        Metric("si-sdr", "SI-SDR", unit: "dB"),
        Metric("lsd", "log-spectral distance", unit: "dB", .negated),
        Metric("visqol", "ViSQOL", unit: "MOS", .plain, .program(.hearing("\"visqol\":"))),
        Metric("zimtohrli", "Zimtohrli", unit: "MOS", .plain, .program(.hearing("\"zimtohrli\":"))),
    ]
}
