import FoundationEssentials
import Synchronization

/// The runs that went well, kept in a file line by line (JSON), so that they are not done again when a benchmark is stopped
/// or widened. A line that is no run, such as one that was cut short, counts for nothing.
package final class RunJournal: Sendable {
    package let path: String?
    private let runs: Mutex<[String: Run]>

    /// - Parameter path: read if it is there, and added to; nil keeps nothing beyond the process.
    package init(path: String?) {
        self.path = path
        var known: [String: Run] = [:]
        if let path, let bytes = try? Files.read(path) {
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                guard let run = try? JSONDecoder().decode(Run.self, from: Data(line)) else { continue }
                known[run.key] = run
            }
        }
        runs = Mutex(known)
    }

    package var count: Int { runs.withLock(\.count) }

    subscript(key: String) -> Run? { runs.withLock { $0[key] } }

    func add(_ run: Run) throws(BenchmarkError) {
        runs.withLock { $0[run.key] = run }
        guard let path else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let line = try? encoder.encode(run) else { throw .file(path, reason: "cannot be written") }
        // A line that was cut short before must not spoil this one.
        try SystemFile.append([UInt8(ascii: "\n")] + line + [UInt8(ascii: "\n")], to: path)
    }
}
