import ArgumentParser
import VCodec

/// What every command that codes takes: how it works, not what comes out.
struct WorkOptions: ParsableArguments {
    @OptionGroup var reporting: ReportingOptions

    @Option(
        help: ArgumentHelp(
            "Use this model (.vcm) instead of the built-in one.", valueName: "file",
            visibility: .hidden),
        completion: .file(extensions: ["vcm"]))
    var model: String?

    @Option(
        help: ArgumentHelp(
            "Threads to work with. (default: one a core)", valueName: "n", visibility: .hidden))
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "Memory that the samples of a picture may take, instead of the built-in limit.",
            valueName: "n", visibility: .hidden))
    var maxMegabytes: Int?

    @OptionGroup var metadataLimit: MetadataLimitOption

    func validate() throws {
        if let threads, !(1...1024 ~= threads) {
            throw ValidationError("--threads is \(threads); allowed is 1 to 1024")
        }
        if let maxMegabytes, !(1...(1 << 30) ~= maxMegabytes) {
            throw ValidationError("--max-megabytes is \(maxMegabytes); allowed is 1 to \(1 << 30)")
        }
    }

    /// Bytes that samples may take, where that was given.
    var maximumSampleBytes: Int? { maxMegabytes.map { $0 << 20 } }

    /// Refuses what is for pictures alone.
    func checkForSound(_ input: InputFile) throws(ToolFailure) {
        let options = [
            ("--model", model != nil), ("--max-megabytes", maxMegabytes != nil),
            ("--max-metadata-megabytes", metadataLimit.bytes != nil),
        ]
        for (option, isGiven) in options where isGiven {
            throw ToolFailure(.usage, input.name, "is sound; \(option) is for pictures")
        }
    }

    /// The model in the file that was named, if one was.
    func chosenModel() throws(ToolFailure) -> Model? {
        guard let model else { return nil }
        let bytes = try InputFile(model).read()
        do {
            return try Model(bytes: bytes)
        } catch {
            throw ToolFailure(coding: model, .model(error))
        }
    }
}

/// `--quiet`, which every command takes.
struct ReportingOptions: ParsableArguments {
    @Flag(help: "No summary, warnings or progress.")
    var quiet = false

    /// Where warnings go instead of to people, for a file that is one of many: then there is no summary and no progress.
    var notes: Notes?

    private enum CodingKeys: CodingKey { case quiet }

    /// Prints one line about what was done.
    func summarize(_ line: String) {
        if !quiet, notes == nil { StandardError.print(line) }
    }

    /// Prints what is odd about a file without stopping the work.
    func warn(_ file: String, _ text: String) {
        if let notes {
            notes.add("\(file): \(text)")
        } else if !quiet {
            StandardError.print("vcodec: warning: \(file): \(text)")
        }
    }
}
