import ArgumentParser
import Media
import QualityMetrics

/// `vcodec compare`: how far two pictures are apart.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Measure how far two pictures are apart.",
        discussion: """
              vcodec compare photo.png photo.vci
              vcodec compare --json a.png b.png | jq .psnr

            PSNR and MS-SSIM are over the colour channels; alpha is told apart.
            """)

    @Argument(help: "PNG, PNM or .vci; - for standard input.", completion: .file())
    var first: String

    @Argument(help: "Another one.", completion: .file())
    var second: String

    @Flag(help: "For programs.")
    var json = false

    @OptionGroup var work: WorkOptions

    func validate() throws {
        if first == "-", second == "-" {
            throw ValidationError("only one of the two pictures can be standard input")
        }
    }

    func run() throws {
        let inputs = [InputFile(first), InputFile(second)]
        let first = try PictureSource(any: inputs[0], work)
        let second = try PictureSource(any: inputs[1], work)
        let comparison: PictureComparison
        do {
            comparison = try PictureComparison(of: first.image, with: second.image)
        } catch {
            throw ToolFailure(comparing: "\(inputs[0].name), \(inputs[1].name)", error)
        }
        let report = ComparisonReport(
            comparison, alpha: AlphaComparison(first.image, second.image),
            files: zip(inputs, [first, second]).map { ComparisonReport.File($0, $1) })
        try StandardOutput.print(json ? try report.json : report.text)
    }
}
