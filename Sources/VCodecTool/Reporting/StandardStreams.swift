/// Where people are told things.
enum StandardError {
    /// Prints a line; that it may get lost is nobody's failure.
    static func print(_ line: String) {
        write(line + "\n")
    }

    /// Prints as it is, without an end of line.
    static func write(_ text: String) {
        try? FileDescriptor.standardError.write(Array(text.utf8))
    }
}

/// Where results go that a program may read.
enum StandardOutput {
    static func print(_ line: String) throws(ToolFailure) {
        do {
            try FileDescriptor.standardOutput.write(Array((line + "\n").utf8))
        } catch {
            throw ToolFailure(writing: "standard output", error)
        }
    }
}
