import FoundationEssentials

extension String {
    /// What comes after the last slash.
    var lastPathPart: String { String(self[(lastIndex(of: "/").map(index(after:)) ?? startIndex)...]) }

    /// What follows the last dot of the last part, in lower case; nil without one, or if the part begins with it.
    var lowercasedExtension: String? {
        let name = lastPathPart
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return nil }
        return name[name.index(after: dot)...].lowercased()
    }

    /// The path of what this path names from a folder on; itself if it begins with a slash.
    func path(from folder: String) -> String {
        hasPrefix("/") || folder.isEmpty ? self : folder.hasSuffix("/") ? folder + self : "\(folder)/\(self)"
    }

    /// The path from the root, without `.`, `..` and double slashes, as far as that is told without asking the disk.
    var absolutePath: String {
        var parts: [Substring] = []
        for part in path(from: FileManager.default.currentDirectoryPath).split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}
