import ArgumentParser
import Media
import QualityMetrics

/// `vcodec compare`: how far two pictures are apart, or two sounds.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Measure how far two pictures are apart, or two sounds.",
        discussion: """
              vcodec compare photo.png photo.vci
              vcodec compare --json a.png b.png | jq .psnr
              vcodec compare --perceptual speech.vca speech.wav

            PSNR, MS-SSIM and SSIMULACRA2 are over the colour channels; alpha is told apart. For SSIMULACRA2, the encoded \
            picture is the copy, else the second. Of sounds, SI-SDR and log-spectral distance \
            tell how far the first is from the second. ViSQOL and Zimtohrli are computed by the program in VCODEC_METRICS.
            """)

    @Argument(help: "PNG, PNM or .vci; a sound file or .vca; - for standard input.", completion: .file())
    var first: String

    @Argument(help: "Another one.", completion: .file())
    var second: String

    @Flag(help: "For programs.")
    var json = false

    @Flag(help: "Of sounds: ViSQOL and Zimtohrli, too.")
    var perceptual = false

    @Flag(help: "With --perceptual: ViSQOL's speech mode, too.")
    var speech = false

    @OptionGroup var work: WorkOptions

    func validate() throws {
        if first == "-", second == "-" {
            throw ValidationError("only one of the two can be standard input")
        }
        if speech, !perceptual {
            throw ValidationError("--speech is for --perceptual")
        }
    }

    func run() throws {
        let inputs = [InputFile(first), InputFile(second)]
        let kinds = [try MediaKind(of: inputs[0]), try MediaKind(of: inputs[1])]
        guard kinds[0].isSound == kinds[1].isSound else {
            throw ToolFailure(.usage, "\(inputs[0].name), \(inputs[1].name)", "a picture and a sound cannot be compared")
        }
        if kinds[0].isSound { try compareSounds(inputs) } else { try comparePictures(inputs) }
    }

    private func comparePictures(_ inputs: [InputFile]) throws {
        guard !perceptual else {
            throw ToolFailure(.usage, "\(inputs[0].name), \(inputs[1].name)", "--perceptual is for sounds")
        }
        let first = try PictureSource(any: inputs[0], work)
        let second = try PictureSource(any: inputs[1], work)
        let comparison = try compared(inputs) { () throws(ComparisonError) in
            try PictureComparison(of: first.image, with: second.image)
        }
        try show(
            ComparisonReport(
                comparison, original: first.isEncoded && !second.isEncoded ? .second : .first, alpha: AlphaComparison(first.image, second.image),
                files: zip(inputs, [first, second]).map { ComparisonReport.File($0, $1) }))
    }

    private func compareSounds(_ inputs: [InputFile]) throws {
        let first = try SoundSource(inputs[0], work)
        let second = try SoundSource(inputs[1], work)
        let comparison = try compared(inputs) { () throws(ComparisonError) in
            try SoundComparison(of: first.buffer, with: second.buffer)
        }
        let scores = perceptual
            ? try PerceptualScores(of: first.buffer, original: second.buffer, speech: speech) : nil
        try show(SoundComparisonReport(comparison, scores))
    }

    private func compared<Comparison>(
        _ inputs: [InputFile], _ compare: () throws(ComparisonError) -> Comparison
    ) throws(ToolFailure) -> Comparison {
        do {
            return try compare()
        } catch { throw ToolFailure(comparing: "\(inputs[0].name), \(inputs[1].name)", error) }
    }

    private func show(_ report: some Report) throws {
        try StandardOutput.print(json ? try report.json : report.text)
    }
}
