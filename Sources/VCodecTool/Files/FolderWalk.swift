/// All files below a folder, by name, folder by folder.
///
/// Names that begin with a dot are passed over: `.git`, and unfinished files of this program. Links to files are followed, links
/// to folders are not, for they may lead in circles.
struct FolderWalk {
    /// Paths from the folder on.
    private(set) var files: [String] = []
    /// What cannot be read, by its path from the folder on (empty for the folder itself), and why.
    private(set) var unreadable: [(path: String, reason: ToolFailure)] = []

    private let root: String

    init(_ root: String) {
        self.root = root
        visit("")
    }

    private mutating func visit(_ folder: String) {
        let path = folder.isEmpty ? root : folder.path(from: root)
        let entries: [FolderEntry]
        do {
            entries = try FileSystem.contents(of: path)
        } catch {
            unreadable.append((folder, ToolFailure(reading: path, error)))
            return
        }
        for entry in entries { add(entry, named: entry.name.path(from: folder)) }
    }

    private mutating func add(_ entry: FolderEntry, named name: String) {
        let path = name.path(from: root)
        guard entry.isReadable else {
            unreadable.append((name, ToolFailure(.unreadableInput, path, "the name is no UTF-8; rename it")))
            return
        }
        switch entry.kind {
        case .file: files.append(name)
        case .folder: visit(name)
        case .other: break
        case .link, .unknown:
            guard let status = FileSystem.status(of: path) else { break }
            if status.isRegular { files.append(name) }
            if status.isDirectory, entry.kind == .unknown { visit(name) }
        }
    }
}
