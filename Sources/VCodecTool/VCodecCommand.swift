import ArgumentParser

/// `vcodec`: finds the subcommand, and turns a failure into a message and an exit status.
@main
struct VCodecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vcodec",
        abstract: "Small pictures that look the same on every machine.",
        discussion: """
              vcodec encode photo.png                     makes photo.vci
              vcodec encode -q 30 photo.png small.vci     0 smallest … 100 best
              vcodec decode photo.vci out.png
              vcodec compare photo.png photo.vci          PSNR, MS-SSIM, bits per pixel

            Exit status: \(ExitStatus.list).
            '--help-hidden' shows all options; '--generate-completion-script' is for your shell.
            """,
        version: "0.1.0",
        subcommands: [
            EncodeCommand.self, DecodeCommand.self, InfoCommand.self, CompareCommand.self,
            VerifyCommand.self, BatchCommand.self, BenchCommand.self, CircuitCommand.self,
        ])

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as ToolFailure {
            StandardError.print("vcodec: \(failure.message)")
            exit(withError: ExitCode(failure.status.rawValue))
        } catch {
            exit(withError: error)
        }
    }
}
