/// Encodes a prepared file with one codec and setting, decodes it and compares.
struct CodecRun<M: Medium> {
    let medium: M
    let installed: InstalledPeer
    let setting: String
    let metrics: [InstalledMetric]
    let file: TestFile
    let source: M.Source
    /// With the prepared source in it; all that is made goes there.
    let folder: String

    private var peer: Peer { installed.peer }
    private var encoded: String { "\(folder)/coded.\(peer.suffix)" }
    private var decoded: String { "\(folder)/decoded.\(peer.output)" }
    private var log: String { "\(folder)/log" }

    /// What decides on the result.
    var key: String {
        let programs = [installed.encoder, installed.decoder] + metrics.compactMap(\.path)
        let words = [file.sha256, peer.name, setting, peer.input, peer.suffix, peer.output]
            + peer.encode.arguments + peer.decode.arguments + metrics.map(\.metric.name)
            + programs.flatMap { [$0, SystemFile.stamp($0) ?? ""] }
        return String(TestFile.digest(Array(words.joined(separator: "\0").utf8)).prefix(32))
    }

    /// The run; a failure is in its `error`.
    func perform() -> Run {
        var run = Run(file: file.path, codec: peer.name, setting: setting, key: key)
        do throws(BenchmarkError) {
            let usages = try code()
            guard let bytes = SystemFile.size(encoded) else { throw .nothingMade(installed.encoder) }
            run.metrics = try scores().filter { $0.value.isFinite }
            (run.bytes, run.rate) = (bytes, file.rate(bytes: bytes))
            (run.encode, run.decode) = usages
        } catch { run.error = error.description }
        return run
    }

    /// Encodes and decodes; the files stay until the next run in the folder.
    func code() throws(BenchmarkError) -> (encode: ProcessUsage, decode: ProcessUsage) {
        let encode = try call(installed.encoder, peer.encode, from: "\(folder)/source.\(peer.input)", to: encoded)
        let decode = try call(installed.decoder, peer.decode, from: encoded, to: decoded)
        return (encode, decode)
    }

    /// The decoded file, after ``code()``.
    var result: String { decoded }

    private func call(
        _ program: String, _ command: Peer.Command, from input: String, to output: String
    ) throws(BenchmarkError) -> ProcessUsage {
        Files.remove(output)
        let values = medium.values(of: source).merging(["in": input, "out": output, "setting": setting]) { $1 }
        let arguments = command.arguments(values)
        let (status, usage) = try ChildProcess.run(program, arguments, log: log)
        guard status == 0 else { throw .programFailed(program, status: status, says: lastWords) }
        guard let size = SystemFile.size(output), size > 0 else { throw .nothingMade(program) }
        return usage
    }

    private func scores() throws(BenchmarkError) -> [String: Double] {
        let builtIn = Set(metrics.filter { $0.path == nil }.map(\.metric.name))
        var scores = try medium.scores(builtIn, ofDecoded: decoded, source: source)
        let programs = metrics.filter { $0.path != nil }
        guard !programs.isEmpty else { return scores }
        let copy = try medium.fileForPrograms(decoded: decoded, source: source)
        defer { Files.remove(copy) }
        // One call answers all metrics of a program.
        var answers: [String: String] = [:]
        for metric in programs {
            guard case .program(let program) = metric.metric.source, let path = metric.path else { continue }
            if answers[path] == nil { answers[path] = try ask(path, program, copy) }
            guard let score = program.score(in: answers[path] ?? "") else { throw .noScore(path, says: lastWords) }
            scores[metric.metric.name] = score
        }
        return scores
    }

    private func ask(_ path: String, _ program: MetricProgram, _ copy: String) throws(BenchmarkError) -> String {
        let command = Peer.Command([path], program.arguments)
        let arguments = command.arguments(["source": "\(folder)/source.\(medium.inputForPrograms)", "decoded": copy])
        let (status, _) = try ChildProcess.run(path, arguments, log: log)
        guard status == 0 else { throw .programFailed(path, status: status, says: lastWords) }
        return String(decoding: try Files.read(log), as: UTF8.self)
    }

    /// The last line that a program printed, without what a terminal would act on; 200 characters at most.
    private var lastWords: String {
        let text = (try? Files.read(log)).map { String(decoding: $0.suffix(4096), as: UTF8.self) } ?? ""
        let line = text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) } ?? ""
        return String(String.UnicodeScalarView(line.unicodeScalars.map { $0.value < 32 ? " " : $0 }).prefix(200))
    }
}
