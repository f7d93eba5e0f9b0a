import Benchmarking
import FoundationEssentials
import VCodec

/// A benchmark as the options ask for it: who takes part, and what is made of the results.
struct BenchWork<M: Medium> {
    let benchmark: Benchmark<M>
    private let options: BenchOptions
    private let paths: [String]
    private let missing: [MissingProgram]
    private let published: [MeanCurve]
    private let journal: RunJournal

    private var reporting: ReportingOptions { options.reporting }

    /// - Throws: a failure for names that are unknown, files that are not there, and metrics that cannot be computed at all.
    init(_ medium: M, _ options: BenchOptions, defaultPeers: String, defaultMetrics: String) throws(ToolFailure) {
        self.options = options
        let search = ProgramSearch(path: ProcessInfo.processInfo.environment["PATH"] ?? "")
        do {
            paths = try Files.expand(options.paths, extensions: medium.extensions)
            let peers = try BenchPeers(medium.kind, options).chosen(options.against ?? defaultPeers)
            let metrics = try Self.metrics(options.metrics ?? defaultMetrics, medium.kind)
            let own = peers.contains { $0.name == "vcodec" } ? [] : [try BenchPeers(medium.kind, options).own]
            let (found, missingPeers) = search.installed(own + peers)
            let (usable, missingMetrics) = InstalledMetric.find(
                metrics, search, hearing: ProcessInfo.processInfo.environment["VCODEC_METRICS"])
            missing = missingPeers + missingMetrics
            guard !usable.isEmpty else { throw ToolFailure(.unavailable, "--metrics", missingMetrics.map(\.words).joined(separator: "; ")) }
            var curves: [MeanCurve] = []
            for curve in options.curve { curves.append(try PublishedCurve.read(curve.value, named: curve.name, metrics: metrics)) }
            published = curves
            journal = RunJournal(path: (options.json ?? options.report).map { $0 + ".runs" })
            benchmark = Benchmark(medium, peers: found, metrics: usable, journal: journal)
        } catch let failure as ToolFailure {
            throw failure
        } catch let error as BenchmarkError {
            throw ToolFailure(benchmarking: error)
        } catch { throw ToolFailure(.ownDefect, "bench", "\(error)") }
        guard !paths.isEmpty else { throw ToolFailure(.unreadableInput, options.paths.joined(separator: ", "), "no files to measure on") }
        if let path = [options.json, options.report].compactMap({ $0 }).first(where: paths.contains) {
            throw ToolFailure(.usage, path, "is an input, too; choose another output")
        }
        for curve in published where benchmark.peers.contains(where: { $0.peer.name == curve.codec }) {
            throw ToolFailure(.usage, "--curve", "a codec is called \(curve.codec), too")
        }
    }

    private static func metrics(_ list: String, _ kind: MediumKind) throws(BenchmarkError) -> [Metric] {
        let known = Metric.all(kind)
        var chosen: [Metric] = []
        for name in list.split(separator: ",").map(String.init) where !chosen.contains(where: { $0.name == name }) {
            guard let metric = known.first(where: { $0.name == name }) else {
                throw .unknownMetric(name, known: known.map(\.name))
            }
            chosen.append(metric)
        }
        return chosen
    }

    /// Runs everything. Does not come back when the user stops the program: what was finished is in the journal.
    func measure() throws(ToolFailure) -> BenchmarkResults {
        for absent in missing { reporting.summarize("vcodec: not measured: \(absent.words)") }
        if missing.contains(where: { $0.programs == ["vcodec-metrics"] }) {
            reporting.summarize("vcodec: VCODEC_METRICS names the program that visqol and zimtohrli need, such as Tools/metrics")
        }
        let anchor = try anchor()
        let names = benchmark.peers.map(\.peer.name).joined(separator: ", ")
        let known = journal.count == 0 ? "" : ", \(journal.count.grouped) runs kept from before"
        reporting.summarize("\(names) on \(paths.count) file\(paths.count == 1 ? "" : "s")\(known)")
        let line = ProgressLine("measuring", reporting)
        StopRequest.listen()
        let outcome: Benchmark<M>.Outcome
        do {
            outcome = try benchmark.run(paths, jobs: options.jobs ?? Threads.standard, isStopped: { StopRequest.isMade }) { done, all, run in
                line?.handler(Double(done) / Double(max(all, 1)))
                if let run, let error = run.error { warn(run, error) }
            }
        } catch { throw ToolFailure(benchmarking: error) }
        line?.clear()
        if !outcome.isWhole { stop() }
        for (path, reason) in outcome.unreadable.sorted(by: { $0.key < $1.key }) { reporting.warn(path, reason) }
        guard !outcome.files.isEmpty else { throw ToolFailure(.badData, paths.joined(separator: ", "), "no file could be read") }
        return BenchmarkResults(outcome, of: benchmark, missing: missing, anchor: anchor, published: published)
    }

    private func warn(_ run: Run, _ error: String) {
        reporting.warn(run.file, "\(run.codec) \(run.setting): \(error)".printable)
    }

    private func stop() {
        let advice = journal.path.map { "; the same command goes on from here, \($0) has what is done" } ?? ""
        reporting.summarize("vcodec: stopped\(advice)")
        StopRequest.obey()
    }

    /// The codec that was asked for; else the first that takes part beside vcodec.
    private func anchor() throws(ToolFailure) -> String {
        let measured = benchmark.peers.map(\.peer.name)
        let all = measured + published.map(\.codec)
        guard let asked = options.anchor else { return all.first { $0 != "vcodec" } ?? "vcodec" }
        guard all.contains(asked) else {
            throw ToolFailure(.usage, "--anchor", "\(asked) is not measured; there are \(all.joined(separator: ", "))")
        }
        return asked
    }

    /// Writes the files that were asked for, and a summary to standard output.
    func finish(_ results: BenchmarkResults, crops: [CropRow]) throws {
        if let path = options.json { try write(try results.json(), to: path) }
        if let path = options.report { try write(Array(HTMLReport(results, crops: crops).html.utf8), to: path) }
        try StandardOutput.print(BenchSummary(results).text)
    }

    private func write(_ bytes: [UInt8], to path: String) throws(ToolFailure) {
        var file = try OutputFile(path, from: InputFile(paths[0]))
        try file.finish(with: bytes)
    }
}

extension ToolFailure {
    /// What a benchmark as a whole cannot be made for.
    init(benchmarking error: BenchmarkError) {
        switch error {
        case .unknownPeer: self.init(.usage, "--against", error.description)
        case .unknownMetric: self.init(.usage, "--metrics", error.description)
        case .file(let name, let reason): self.init(.unreadableInput, name, reason)
        default: self.init(.unavailable, "bench", error.description)
        }
    }
}
