import FoundationEssentials

/// Whole files and folders.
package enum Files {
    static func read(_ path: String) throws(BenchmarkError) -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(filePath: path)))
        } catch { throw .file(path, reason: FileManager.default.fileExists(atPath: path) ? "cannot be read" : "no such file") }
    }

    static func write(_ bytes: [UInt8], to path: String) throws(BenchmarkError) {
        do {
            try Data(bytes).write(to: URL(filePath: path))
        } catch { throw .file(path, reason: "cannot be written") }
    }

    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

    /// Makes a folder anew, empty.
    static func makeFolder(_ path: String) throws(BenchmarkError) {
        remove(path)
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch { throw .file(path, reason: "cannot be made") }
    }

    /// Files as they are, and in place of a folder those of its files whose extension is one of `extensions`, by name.
    package static func expand(_ paths: [String], extensions: Set<String>) throws(BenchmarkError) -> [String] {
        var files: [String] = []
        for path in paths {
            var isFolder = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw .file(path, reason: "no such file")
            }
            files += isFolder ? try contents(of: path, extensions) : [path]
        }
        return files.unique
    }

    private static func contents(of folder: String, _ extensions: Set<String>) throws(BenchmarkError) -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw .file(folder, reason: "cannot be read")
        }
        return names.sorted().filter { name in
            guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return false }
            return extensions.contains(name[name.index(after: dot)...].lowercased())
        }.map { folder.hasSuffix("/") ? folder + $0 : "\(folder)/\($0)" }
    }
}
