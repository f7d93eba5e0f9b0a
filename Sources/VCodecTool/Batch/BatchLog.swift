import FoundationEssentials

/// What batches have done, a JSON object a line (docs/bulk.md): written while they run, and read by the next one, which goes by
/// it to leave alone what is there and as it should be.
final class BatchLog: Sendable {
    let path: String
    private let descriptor: FileDescriptor
    /// By the outputs' names.
    private let records: [String: Record]

    /// The last that is known of an output.
    private struct Record {
        /// Of ``Origin``.
        let origin: Int
        let bytes: Int
        let modified: String
    }

    /// What an output is made of; the same for the same bytes, as far as the input's size and date tell.
    struct Origin: Hashable {
        let command: String
        /// From the root.
        let input: String
        let inputBytes: Int
        let inputModified: String
        let settings: String
    }

    /// - Parameter path: read if it is there, and added to.
    init(_ path: String) throws(ToolFailure) {
        self.path = path
        var reader = LogReader()
        if FileSystem.status(of: path) != nil {
            var pieces = try InputFile(path).pieces(size: 1 << 20)
            while let piece = try pieces.next() { reader.append(piece) }
        }
        records = reader.records
        do {
            descriptor = try FileDescriptor(appendingTo: path)
            // A line that was cut short before must not spoil the next.
            if !reader.rest.isEmpty { try descriptor.write([UInt8(ascii: "\n")]) }
        } catch { throw ToolFailure(writing: path, error) }
    }

    /// Whether an output is there as a batch made it, and of that.
    func hasMade(_ name: String, of origin: Origin, there status: FileStatus) -> Bool {
        isOwn(name, there: status) && records[name]?.origin == origin.hashValue
    }

    /// Whether an output is there as a batch made it, of whatever.
    func isOwn(_ name: String, there status: FileStatus) -> Bool {
        guard let record = records[name] else { return false }
        return status.isRegular && record.bytes == status.size && record.modified == status.modified
    }

    /// Adds a line: in one piece, so that several may write.
    func add(_ line: some Encodable) throws(ToolFailure) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let bytes = try? encoder.encode(line) else { throw ToolFailure(.ownDefect, path, "a line that is no JSON") }
        do {
            try descriptor.write(bytes + [UInt8(ascii: "\n")])
        } catch { throw ToolFailure(writing: path, error) }
    }

    /// Takes a log piece by piece, for it may be large.
    private struct LogReader {
        private(set) var records: [String: Record] = [:]
        /// Of a line whose end has not come.
        private(set) var rest: [UInt8] = []
        private let decoder = JSONDecoder()

        mutating func append(_ piece: [UInt8]) {
            rest += piece
            guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return }
            for line in rest[..<end].split(separator: UInt8(ascii: "\n")) { take(line) }
            rest.removeSubrange(...end)
        }

        /// A line that is something else counts for nothing.
        private mutating func take(_ line: ArraySlice<UInt8>) {
            guard let done = try? decoder.decode(BatchLine.self, from: Data(line)), done.event == .done,
                let output = done.output, let inputBytes = done.inputBytes, let inputModified = done.inputModified,
                let bytes = done.outputBytes, let modified = done.outputModified
            else { return }
            let origin = Origin(
                command: done.command, input: done.input, inputBytes: inputBytes, inputModified: inputModified,
                settings: done.settings ?? "")
            records[output] = Record(origin: origin.hashValue, bytes: bytes, modified: modified)
        }
    }
}
