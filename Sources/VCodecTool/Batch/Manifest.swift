/// A list of files: a line has a path, or a path, a tab and the path of what to make of it. Lines without anything are passed over.
struct Manifest {
    struct Line: Hashable {
        let input: String
        /// Nil: named after the input.
        let output: String?
    }

    let lines: [Line]

    /// - Throws: a failure also for a line that cannot be meant so, by its number.
    init(_ file: InputFile) throws(ToolFailure) {
        var lines: [Line] = []
        let bytes = try file.read()
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            guard !line.isEmpty else { continue }
            do {
                lines.append(try Line(line))
            } catch { throw ToolFailure(.badData, file.name, "line \(index + 1) \(error.reason)") }
        }
        self.lines = lines
    }
}

/// What is wrong with a line of a manifest.
private struct LineDefect: Error {
    let reason: String
}

extension Manifest.Line {
    fileprivate init(_ bytes: ArraySlice<UInt8>) throws(LineDefect) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw LineDefect(reason: "is no UTF-8") }
        let parts = text.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }) else {
            throw LineDefect(reason: "is not a path, or two with a tab between them")
        }
        (input, output) = (parts[0], parts.count == 2 ? parts[1] : nil)
        if output == nil, input.split(separator: "/").contains("..") {
            throw LineDefect(reason: "leads out of the folder by '..'; add a tab and the name of the output")
        }
    }
}
