// The only door to libc in this module.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An open file of the system: a regular one, whose bytes are at offsets, or a pipe.
final class SystemFile {
    private let number: Int32
    private let isOwned: Bool

    /// Where the file was when it was handed over; all offsets count from here. Nil for what
    /// cannot be sought: pipes, terminals, and files that are only appended to.
    private let start: Int?

    var isSeekable: Bool { start != nil }

    /// Takes a descriptor; closes it in the end if it is `owned`.
    init(descriptor: Int32, owned: Bool = false) {
        number = descriptor
        isOwned = owned
        var status = stat()
        let isRegular = unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        let isAppended = fcntl(descriptor, F_GETFL) & O_APPEND != 0
        let place = isRegular && !isAppended ? lseek(descriptor, 0, SEEK_CUR) : -1
        start = place < 0 ? nil : Int(place)
    }

    convenience init(reading path: String) throws(MediaFileError) {
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw .system(.opening, code: errno) }
        self.init(descriptor: number, owned: true)
    }

    /// Makes the file, or empties it.
    convenience init(writing path: String) throws(MediaFileError) {
        let number = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard number >= 0 else { throw .system(.opening, code: errno) }
        self.init(descriptor: number, owned: true)
    }

    /// A file without a name, gone when it is closed.
    static func temporary() throws(MediaFileError) -> SystemFile {
        guard let stream = unsafe tmpfile() else { throw .system(.opening, code: errno) }
        defer { unsafe fclose(stream) }
        let number = unsafe dup(fileno(stream))
        guard number >= 0 else { throw .system(.opening, code: errno) }
        return SystemFile(descriptor: number, owned: true)
    }

    deinit {
        if isOwned { _ = close(number) }
    }

    /// Bytes from `start` to the end; nil for what cannot be sought.
    var length: Int? {
        guard let start else { return nil }
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { return nil }
        return max(0, Int(status.st_size) - start)
    }

    /// Reads some bytes; 0 at the end only.
    ///
    /// - Parameter offset: of no meaning for what cannot be sought: there, bytes come in turn.
    func readSome(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(MediaFileError) -> Int {
        while true {
            let count =
                if let start {
                    unsafe pread(number, buffer.baseAddress, buffer.count, off_t(start + offset))
                } else {
                    unsafe read(number, buffer.baseAddress, buffer.count)
                }
            if count >= 0 { return count }
            guard errno == EINTR else { throw .system(.reading, code: errno) }
        }
    }

    /// Writes all bytes. The inverse of `readSome(into:at:)`.
    func writeAll(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(MediaFileError) {
        var written = 0
        while written < bytes.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count =
                if let start {
                    unsafe pwrite(number, rest.baseAddress, rest.count, off_t(start + offset + written))
                } else {
                    unsafe write(number, rest.baseAddress, rest.count)
                }
            if count >= 0 { written += count } else if errno != EINTR { throw .system(.writing, code: errno) }
        }
    }

    /// Leaves the descriptor, which others may go on with, after the first `length` bytes.
    func moveOn(to length: Int) {
        if let start { _ = lseek(number, off_t(start + length), SEEK_SET) }
    }

    /// An `errno` in the system's words, in lower case like all our messages.
    static func words(for code: Int32) -> String {
        let text = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
