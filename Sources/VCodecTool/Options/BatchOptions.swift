import ArgumentParser
import VCodec

/// What `vcodec batch encode` and `vcodec batch decode` both take.
struct BatchOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("Folders and files.", valueName: "path"), completion: .file())
    var paths: [String] = []

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Where files go; subfolders are kept.", valueName: "folder"),
        completion: .directory)
    var out: String

    @Option(
        help: ArgumentHelp("A list of files, or - for standard input.", valueName: "file"),
        completion: .file())
    var manifest: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("Files at a time. (default: one a core)", valueName: "n"))
    var jobs: Int?

    @Option(
        help: ArgumentHelp("What was done. (default: one in FOLDER)", valueName: "file"),
        completion: .file(extensions: ["jsonl"]))
    var log: String?

    @Option(help: ArgumentHelp("Of folders, only pictures or only sounds.", valueName: "kind"))
    var only: BatchMedium?

    @Flag(help: "Make all files anew, whatever is there.")
    var force = false

    func validate() throws {
        if let jobs, !(1...255 ~= jobs) { throw ValidationError("--jobs is \(jobs); allowed is 1 to 255") }
        if paths.isEmpty, manifest == nil { throw ValidationError("name folders or files, or a --manifest") }
        if paths.contains("-") { throw ValidationError("'-' is no folder; '--manifest -' reads a list of files") }
        if [log, out].contains("-") { throw ValidationError("--log is the name of a file, and --out that of a folder") }
    }

    static let logName = "vcodec-batch.jsonl"

    var logPath: String { log ?? Self.logName.path(from: out) }
}

/// Pictures or sounds.
enum BatchMedium: String, ExpressibleByArgument {
    case pictures, sounds
}
