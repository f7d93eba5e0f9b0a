import Dispatch
import FoundationEssentials
import Synchronization

/// Every codec with every setting on every file.
///
///     let benchmark = Benchmark(PictureMedium(), peers: found, metrics: metrics, journal: journal)
///     let outcome = try benchmark.run(paths, jobs: 2, isStopped: { false }) { done, total, run in … }
///
/// Files are worked on side by side, the runs of a file one after the other. A failure is a run with an error; only what
/// concerns all runs is thrown.
package struct Benchmark<M: Medium>: Sendable {
    package let medium: M
    package let peers: [InstalledPeer]
    package let metrics: [InstalledMetric]
    private let journal: RunJournal
    let temporaryFolder: String

    /// What came of it, in the order of the files, the codecs and their settings.
    package struct Outcome: Sendable {
        package var files: [TestFile] = []
        package var runs: [Run] = []
        /// Files that could not be read, and why.
        package var unreadable: [String: String] = [:]
        /// Whether all was done before the user stopped it.
        package var isWhole = true
    }

    package init(
        _ medium: M, peers: [InstalledPeer], metrics: [InstalledMetric], journal: RunJournal,
        temporaryFolder: String = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    ) {
        self.medium = medium
        self.peers = peers
        self.metrics = metrics
        self.journal = journal
        self.temporaryFolder = temporaryFolder
    }

    private var runsPerFile: Int { peers.reduce(0) { $0 + $1.peer.settings.count } }

    /// - Parameters:
    ///   - jobs: files at a time.
    ///   - isStopped: asked before each run.
    ///   - progress: called after each run from any thread with the runs done, all there are, and the run; nil for a file
    ///     that could not be read.
    package func run(
        _ paths: [String], jobs: Int, isStopped: @escaping @Sendable () -> Bool,
        progress: @escaping @Sendable (Int, Int, Run?) -> Void
    ) throws(BenchmarkError) -> Outcome {
        let folder = try SystemFile.makeTemporaryFolder(in: temporaryFolder)
        defer { Files.remove(folder) }
        let total = runsPerFile * paths.count
        let next = Atomic(0)
        let done = Atomic(0)
        let results = Mutex([FileOutcome?](repeating: nil, count: paths.count))
        DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, paths.count))) { _ in
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < paths.count else { return }
                let outcome = work(on: paths[index], in: "\(folder)/\(index)", isStopped) { runs, last in
                    progress(done.add(runs, ordering: .relaxed).newValue, total, last)
                }
                results.withLock { $0[index] = outcome }
            }
        }
        return try Self.joined(results.withLock { $0 }, paths)
    }

    /// What came of one file.
    private struct FileOutcome: Sendable {
        var file: TestFile?
        var runs: [Run] = []
        var failure: BenchmarkError?
        var isWhole = true
    }

    private static func joined(_ outcomes: [FileOutcome?], _ paths: [String]) throws(BenchmarkError) -> Outcome {
        var joined = Outcome()
        for (outcome, path) in zip(outcomes, paths) {
            guard let outcome else { continue }
            if let file = outcome.file {
                if let failure = outcome.failure { throw failure }
                joined.files.append(file)
            } else if let failure = outcome.failure { joined.unreadable[path] = failure.description }
            joined.runs += outcome.runs
            joined.isWhole = joined.isWhole && outcome.isWhole
        }
        return joined
    }

    private func work(
        on path: String, in folder: String, _ isStopped: () -> Bool, _ report: (Int, Run?) -> Void
    ) -> FileOutcome {
        var outcome = FileOutcome()
        guard !isStopped() else {
            outcome.isWhole = false
            return outcome
        }
        defer { Files.remove(folder) }
        do throws(BenchmarkError) {
            try Files.makeFolder(folder)
            let (file, source) = try medium.prepare(path, in: folder)
            outcome.file = file
            for run in runs(of: file, source, folder) {
                guard !isStopped() else {
                    outcome.isWhole = false
                    return outcome
                }
                outcome.runs.append(try finished(run))
                report(1, outcome.runs.last)
            }
        } catch {
            outcome.failure = error
            report(runsPerFile - outcome.runs.count, nil)
        }
        return outcome
    }

    private func runs(of file: TestFile, _ source: M.Source, _ folder: String) -> [CodecRun<M>] {
        peers.flatMap { peer in
            peer.peer.settings.map {
                CodecRun(
                    medium: medium, installed: peer, setting: $0, metrics: metrics, file: file, source: source, folder: folder)
            }
        }
    }

    /// The run from the journal, or made now.
    private func finished(_ run: CodecRun<M>) throws(BenchmarkError) -> Run {
        if let known = journal[run.key] { return known.moved(to: run.file.path) }
        let made = run.perform()
        if made.isComplete { try journal.add(made) }
        return made
    }
}

extension Run {
    /// The same for a file of the same bytes at another place.
    fileprivate func moved(to path: String) -> Run {
        var moved = Run(file: path, codec: codec, setting: setting, key: key)
        (moved.error, moved.bytes, moved.rate, moved.metrics) = (error, bytes, rate, metrics)
        (moved.encode, moved.decode) = (encode, decode)
        return moved
    }
}
