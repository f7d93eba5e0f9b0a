/// Why a benchmark, or one run of it, cannot be made.
package enum BenchmarkError: Error, Hashable, Sendable {
    /// A name in `--against` that no peer has.
    case unknownPeer(String, known: [String])
    /// A name in `--metrics` that no metric has.
    case unknownMetric(String, known: [String])
    /// A file that cannot be read, written or understood, and why.
    case file(String, reason: String)
    /// A program ended with a status other than 0; `says` is the last line it wrote.
    case programFailed(String, status: Int32, says: String)
    /// A program could not be started at all.
    case programNotStarted(String, reason: String)
    /// A program ended well, but the file it should have made is missing or empty.
    case nothingMade(String)
    /// The decoded file is not like its source.
    case notComparable(reason: String)
    /// A metric's program did not print a number.
    case noScore(String, says: String)
}

extension BenchmarkError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownPeer(let name, let known): "no codec is called '\(name)'; known are \(known.joined(separator: ", "))"
        case .unknownMetric(let name, let known): "no metric is called '\(name)'; known are \(known.joined(separator: ", "))"
        case .file(let name, let reason): "\(name): \(reason)"
        case .programFailed(let program, let status, let says):
            "\(program) ended with status \(status)" + (says.isEmpty ? "" : ": \(says)")
        case .programNotStarted(let program, let reason): "\(program) could not be started: \(reason)"
        case .nothingMade(let program): "\(program) made no file"
        case .notComparable(let reason): reason
        case .noScore(let program, let says): "\(program) printed no score" + (says.isEmpty ? "" : ": \(says)")
        }
    }
}
