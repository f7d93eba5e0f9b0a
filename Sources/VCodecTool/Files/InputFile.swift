/// What a command reads: a file, or standard input where the path is `-`.
struct InputFile {
    let path: String

    init(_ path: String) { self.path = path }

    var isStandardInput: Bool { path == "-" }

    /// For messages.
    var name: String { isStandardInput ? "standard input" : path }

    /// What the system knows about the file; nil when it is not there.
    var status: FileStatus? {
        isStandardInput ? FileDescriptor.standardInput.status : FileSystem.status(of: path)
    }

    func read() throws(ToolFailure) -> [UInt8] {
        do {
            guard !isStandardInput else { return try FileDescriptor.standardInput.readToEnd() }
            return try FileDescriptor(reading: path).readToEnd()
        } catch {
            throw ToolFailure(reading: name, error)
        }
    }

    /// The path of a file beside this one: another extension instead of one that is known.
    func path(replacing known: [String], with new: String) -> String {
        guard !isStandardInput else { return "-" }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        let name = path.dropFirst(folder.count)
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex,
            known.contains(name[name.index(after: dot)...].lowercased())
        else { return "\(path).\(new)" }
        return "\(folder)\(name[..<dot]).\(new)"
    }
}
