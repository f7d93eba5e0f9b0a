import ArgumentParser
import VCodec

/// `vcodec info`: what a `.vci` or `.vca` file says about itself, without decoding it.
struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Tell what is in a file, without decoding it.",
        discussion: """
              vcodec info photo.vci
              vcodec info --stats photo.vci               where the bytes go
              vcodec info --json photo.vci | jq .levels
              vcodec info speech.vca
            """)

    @Argument(
        help: "A .vci or .vca file; - for standard input.", completion: .file(extensions: ["vci", "vca"]))
    var file: String

    @Flag(help: "Everything, for programs.")
    var json = false

    @Flag(help: "Bytes by kind of chunk, and by level.")
    var stats = false

    @OptionGroup var reporting: ReportingOptions
    @OptionGroup var metadataLimit: MetadataLimitOption

    func run() throws {
        let input = InputFile(file)
        if try MediaKind(of: input) == .encodedSound {
            let info = try soundInfo(input)
            for warning in info.metadataWarnings { reporting.warn(input.name, warning) }
            let report = SoundReport(file: input.name, info)
            try show(report, statistics: report.statistics, truncatedAt: report.truncatedAt)
        } else {
            let bytes = try input.read()
            let report = StreamReport(file: input.name, bytes: bytes.count, try info(bytes, input.name))
            try show(report, statistics: report.statistics, truncatedAt: report.truncatedAt)
        }
    }

    private func show(_ report: some Report, statistics: String, truncatedAt: Int?) throws {
        if let truncatedAt { reporting.warn(file == "-" ? "standard input" : file, "incomplete from byte \(truncatedAt) on") }
        try StandardOutput.print(json ? try report.json : report.text)
        if stats, !json { try StandardOutput.print(statistics) }
    }

    private func soundInfo(_ input: InputFile) throws -> AudioInfo {
        var pieces = try input.pieces(size: 1 << 18)
        do {
            return try AudioInfo { try pieces.next() }
        } catch let error as CodecError { throw ToolFailure(coding: input.name, error) }
    }

    private func info(_ bytes: [UInt8], _ name: String) throws(ToolFailure) -> StreamInfo {
        do {
            let info = try StreamInfo(bytes, maximumMetadataBytes: metadataLimit.bytes)
            for warning in info.metadataWarnings { reporting.warn(name, ToolFailure.namingOption(warning)) }
            return info
        } catch {
            throw ToolFailure(coding: name, error)
        }
    }
}
