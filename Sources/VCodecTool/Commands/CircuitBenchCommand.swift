import ArgumentParser
import MediaFiles
import ProbabilisticCircuits

/// `vcodec circuit bench`: codes a set of images with a hidden Chow-Liu tree, decodes it and compares.
struct CircuitBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Code an idx image set with a tree, decode it, compare.",
        discussion: """
              vcodec circuit bench --model fashion-mnist.vcm --idx images.gz
              vcodec circuit bench --json --limit 9 --model a.vcm --idx b | jq .

            The stream's bits are its bytes; the model's are its log-likelihood, in
            floating point. Images per second are those of one core: the time is the
            processor's.
            """)

    @Option(
        help: ArgumentHelp("A hidden Chow-Liu tree.", valueName: "file"), completion: .file(extensions: ["vcm"]))
    var model: String

    @Option(
        help: ArgumentHelp("Images in an idx file, by gzip or not; - for standard input.", valueName: "file"),
        completion: .file())
    var idx: String

    @Option(help: ArgumentHelp("Only so many images, from the first on.", valueName: "n"))
    var limit: Int?

    @Flag(help: "For programs.")
    var json = false

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is \(limit); allowed is 1 or more") }
        if model == "-", idx == "-" { throw ValidationError("only one of the two files can be standard input") }
    }

    func run() throws {
        let file = try readTree(InputFile(model))
        let images = try ImageSet(InputFile(idx), for: file.shape, limit: limit)
        let report: CircuitReport
        do {
            report = try CircuitReport(benchmarking: file, with: images)
        } catch {
            throw ToolFailure(.badData, model, "\(error)")
        }
        if let place = report.firstDifference {
            throw ToolFailure(.ownDefect, images.name, "\(images.words(place)) decodes to another value")
        }
        try StandardOutput.print(json ? try report.json : report.text)
    }

    private func readTree(_ input: InputFile) throws(ToolFailure) -> TreeFile {
        let bytes = try input.read()
        do {
            return try TreeFile(bytes: bytes)
        } catch {
            throw ToolFailure(.badData, input.name, error.description)
        }
    }
}
