import ArgumentParser
import Media
import VCodec

/// `vcodec verify`: decodes conformance vectors, or one file, and throws the pictures away.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that this machine decodes exactly as it must.",
        discussion: """
              vcodec verify                               the vectors in TestVectors
              vcodec verify photo.vci                     decodes without writing
              vcodec verify speech.vca                    the same, and compares the digest of every block

            A vector is a folder with stream.vci or stream.vca, and expected.json.
            """)

    @Argument(help: "A folder of vectors, or a .vci or .vca file.", completion: .file())
    var path = "TestVectors"

    @OptionGroup var work: WorkOptions

    func run() throws {
        let input = InputFile(path)
        if input.status?.isDirectory == true {
            try verifyVectors()
        } else {
            try MediaKind(of: input) == .encodedSound ? try verifySound(input) : try verifyFile(input)
        }
    }

    private func verifySound(_ input: InputFile) throws(ToolFailure) {
        let start = ContinuousClock.now
        var source = try SoundStreamSource(input, SoundStretch(), work)
        var frames = 0
        while let buffer = try source.next() { frames += buffer.frameCount }
        for warning in source.metadataWarnings { work.reporting.warn(input.name, warning) }
        if let offset = source.truncatedAt { throw ToolFailure(.badData, input.name, "incomplete from byte \(offset) on") }
        work.reporting.summarize(
            "\(input.name)   \(source.format?.readable(frames: frames) ?? "")   ok   \((.now - start).readable)")
    }

    private func verifyVectors() throws(ToolFailure) {
        let vectors = try ConformanceVector.all(in: path)
        guard !vectors.isEmpty else {
            throw ToolFailure(.unreadableInput, path, "no vectors found")
        }
        var failures = 0
        for vector in vectors {
            let outcome = vector.check(work)
            if outcome != nil { failures += 1 }
            if let outcome {
                try StandardOutput.print("FAIL  \(vector.name): \(outcome)")
            } else if !work.reporting.quiet {
                try StandardOutput.print("ok    \(vector.name)   \(vector.about)")
            }
        }
        guard failures == 0 else {
            throw ToolFailure(.ownDefect, path, "\(failures) of \(vectors.count) vectors differ")
        }
        work.reporting.summarize("\(path): all \(vectors.count) vectors agree")
    }

    private func verifyFile(_ input: InputFile) throws(ToolFailure) {
        let start = ContinuousClock.now
        let decoded = try StreamDecoding(work, levels: nil).decode(try input.read(), from: input)
        if let offset = decoded.truncatedAt {
            throw ToolFailure(.badData, input.name, "incomplete from byte \(offset) on")
        }
        work.reporting.summarize(
            "\(input.name)   \(decoded.image.readable)   ok   \((.now - start).readable)")
    }
}
