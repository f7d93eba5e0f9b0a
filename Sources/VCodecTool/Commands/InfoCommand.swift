import ArgumentParser
import VCodec

/// `vcodec info`: what a `.vci` file says about itself, without decoding its picture.
struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Tell what is in a .vci file, without decoding the picture.",
        discussion: """
              vcodec info photo.vci
              vcodec info --stats photo.vci               where the bytes go
              vcodec info --json photo.vci | jq .levels
            """)

    @Argument(
        help: "A .vci file; - for standard input.", completion: .file(extensions: ["vci"]))
    var file: String

    @Flag(help: "Everything, for programs.")
    var json = false

    @Flag(help: "Bytes by kind of chunk and by level.")
    var stats = false

    @OptionGroup var reporting: ReportingOptions

    func run() throws {
        let input = InputFile(file)
        let bytes = try input.read()
        let report = StreamReport(
            file: input.name, bytes: bytes.count, try info(bytes, input.name))
        if let offset = report.truncatedAt {
            reporting.warn(input.name, "incomplete from byte \(offset) on")
        }
        try StandardOutput.print(json ? try report.json : report.text)
        if stats, !json { try StandardOutput.print(report.statistics) }
    }

    private func info(_ bytes: [UInt8], _ name: String) throws(ToolFailure) -> StreamInfo {
        do {
            return try StreamInfo(bytes)
        } catch {
            throw ToolFailure(coding: name, error)
        }
    }
}
