import ArgumentParser

/// `vcodec circuit`: what is done with probabilistic circuits alone, without pictures' files.
struct CircuitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "circuit",
        abstract: "Code data sets with probabilistic circuits.",
        discussion: """
              vcodec circuit bench --model fashion-mnist.vcm --idx images.gz
            """,
        subcommands: [CircuitBenchCommand.self])
}
