// With ChildProcess.swift the only door to libc but for mathematics.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What FoundationEssentials has no words for.
enum SystemFile {
    static func isExecutable(_ path: String) -> Bool {
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        return unsafe access(path, X_OK) == 0
    }

    /// Bytes, and the time of the last change; nil when the file is not there.
    static func stamp(_ path: String) -> String? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        #if canImport(Darwin)
            let time = status.st_mtimespec
        #else
            let time = status.st_mtim
        #endif
        return "\(status.st_size) \(time.tv_sec).\(time.tv_nsec)"
    }

    /// The file's size; nil when it is not there.
    static func size(_ path: String) -> Int? {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// A folder of one's own.
    static func makeTemporaryFolder(in folder: String) throws(BenchmarkError) -> String {
        var name = Array("\(folder)/vcodec-bench-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&name) != nil else { throw .file(folder, reason: lastError) }
        return String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Adds a line to a file, which is made when it is not there: in one piece, so that several may write.
    static func append(_ line: [UInt8], to path: String) throws(BenchmarkError) {
        let number = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard number >= 0 else { throw .file(path, reason: lastError) }
        defer { _ = close(number) }
        let written = unsafe line.withUnsafeBytes { unsafe write(number, $0.baseAddress, $0.count) }
        guard written == line.count else { throw .file(path, reason: lastError) }
    }

    static var lastError: String {
        unsafe strerror(errno).map { unsafe String(cString: $0).lowercased() } ?? "error \(errno)"
    }
}
