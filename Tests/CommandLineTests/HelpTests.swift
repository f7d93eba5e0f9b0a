import Testing

@Suite(.timeLimit(.minutes(2))) struct HelpTests {
    private let workspace = try! Workspace()

    @Test(arguments: ["", "encode", "decode", "info", "compare", "verify", "batch", "batch encode", "batch decode", "bench", "bench image", "bench audio", "circuit", "circuit bench"])
    func helpFitsAScreenAndStartsWithExamples(_ command: String) throws {
        let run = try workspace.run(command.split(separator: " ").map(String.init) + ["--help"])
        let help = run.text
        let lines = help.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(run.status == 0)
        #expect(lines.count <= 32)
        #expect(lines[2].hasPrefix("  vcodec "))
        #expect(!help.contains("--max-megabytes"))
    }

    @Test func theRestIsThereOnRequest() throws {
        let help = try workspace.run("encode", "--help-hidden").text
        for option in ["--model", "--threads", "--max-megabytes", "--max-metadata-megabytes"] {
            #expect(help.contains(option))
        }
    }

    @Test func exitStatusesAreListed() throws {
        let help = try workspace.run("--help").text.replacing("\n", with: " ")
        for status in ["0", "1", "64", "65", "66", "69", "70", "73"] {
            #expect(help.contains("\(status) "))
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionsAreMade(_ shell: String) throws {
        let run = try workspace.run("--generate-completion-script", shell)
        #expect(run.status == 0)
        #expect(run.text.contains("encode"))
    }

    @Test(arguments: ["frobnicate", "--frobnicate"])
    func unknownWordsAreWrongUsage(_ word: String) throws {
        let run = try workspace.run(word)
        #expect(run.status == 64)
        #expect(run.standardError.contains(word))
    }
}
