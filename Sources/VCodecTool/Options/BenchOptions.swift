import ArgumentParser

/// What `vcodec bench image` and `vcodec bench audio` both take.
struct BenchOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("Files, or folders of them.", valueName: "path"), completion: .file())
    var paths: [String]

    @Option(help: ArgumentHelp("Other codecs, with commas. (default: the usual ones)", valueName: "codecs"))
    var against: String?

    @Option(help: ArgumentHelp("With commas. (default: the built-in ones)", valueName: "metrics"))
    var metrics: String?

    @Option(help: ArgumentHelp("What BD-rates are against. (default: the first)", valueName: "codec"))
    var anchor: String?

    @Option(
        help: ArgumentHelp("An HTML page with plots, tables and crops.", valueName: "file"),
        completion: .file(extensions: ["html"]))
    var report: String?

    @Option(
        help: ArgumentHelp("Everything, for programs.", valueName: "file"), completion: .file(extensions: ["json"]))
    var json: String?

    @Option(help: ArgumentHelp("Files at a time. (default: one a core)", valueName: "n"))
    var jobs: Int?

    @Option(help: ArgumentHelp("Other settings for a codec: jpeg=30,60,90.", valueName: "codec=list"))
    var settings: [Assignment] = []

    @Option(help: ArgumentHelp("A published curve: VTM=vtm.csv.", valueName: "name=file"))
    var curve: [Assignment] = []

    @Option(
        help: ArgumentHelp("More codecs, described in JSON.", valueName: "file"), completion: .file(extensions: ["json"]))
    var define: [String] = []

    @OptionGroup var reporting: ReportingOptions

    func validate() throws {
        if let jobs, !(1...1024 ~= jobs) { throw ValidationError("--jobs is \(jobs); allowed is 1 to 1024") }
        if let report, report == json { throw ValidationError("--report and --json are the same file") }
        if [report, json].contains("-") { throw ValidationError("--report and --json are names of files") }
    }
}

/// `NAME=VALUE` of an option.
struct Assignment: ExpressibleByArgument {
    let name: String
    let value: String

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        (name, value) = (parts[0], parts[1])
    }
}
