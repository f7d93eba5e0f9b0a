import Media
import QualityMetrics

/// What `vcodec compare` prints of two sounds; the names of the fields are those of the JSON.
struct SoundComparisonReport: Report {
    /// SI-SDR in dB; absent when the sounds differ in nothing but volume.
    let siSDR: Double?
    /// In dB.
    let logSpectralDistance: Double
    /// Full scale is 1.
    let maximumDifference: Double
    let identical: Bool

    init(_ comparison: SoundComparison) {
        let ratio = comparison.scaleInvariantRatio
        siSDR = ratio.isFinite ? ratio : nil
        logSpectralDistance = comparison.logSpectralDistance
        maximumDifference = comparison.maximumDifference
        identical = comparison.isIdentical
    }

    /// For people.
    var text: String {
        [
            "SI-SDR    " + (siSDR.map { "\($0.fixed(2)) dB" } ?? "∞ dB") + (identical ? " (identical)" : ""),
            "LSD       \(logSpectralDistance.fixed(3)) dB",
            "greatest  \(maximumDifference.fixed(6)) of full scale",
        ].joined(separator: "\n")
    }
}
