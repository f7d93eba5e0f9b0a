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
    /// Scores of models of hearing, 1 to 5, where they were asked for.
    let visqol: Double?
    let visqolSpeech: Double?
    let zimtohrli: Double?

    init(_ comparison: SoundComparison, _ scores: PerceptualScores?) {
        let ratio = comparison.scaleInvariantRatio
        siSDR = ratio.isFinite ? ratio : nil
        logSpectralDistance = comparison.logSpectralDistance
        maximumDifference = comparison.maximumDifference
        identical = comparison.isIdentical
        visqol = scores?.visqol
        visqolSpeech = scores?.visqolSpeech
        zimtohrli = scores?.zimtohrli
    }

    /// For people.
    var text: String {
        let scores = [("ViSQOL    ", visqol), ("  speech  ", visqolSpeech), ("Zimtohrli ", zimtohrli)]
        let lines = [
            "SI-SDR    " + (siSDR.map { "\($0.fixed(2)) dB" } ?? "∞ dB") + (identical ? " (identical)" : ""),
            "LSD       \(logSpectralDistance.fixed(3)) dB",
            "greatest  \(maximumDifference.fixed(6)) of full scale",
        ]
        return (lines + scores.compactMap { name, score in score.map { name + $0.fixed(3) } }).joined(separator: "\n")
    }
}
