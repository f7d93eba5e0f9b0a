// The only door to libc: what other files see is Swift.

import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the system answered instead of doing what it was asked for.
struct SystemError: Error, Hashable, CustomStringConvertible {
    /// `errno`.
    let code: Int32

    /// In the system's words, in lower case like all our messages.
    var description: String {
        let text = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    static var last: SystemError { SystemError(code: errno) }

    var isMissingFile: Bool { code == ENOENT }
}

/// What the system knows about a file.
struct FileStatus {
    private let status: stat

    fileprivate init(_ status: stat) { self.status = status }

    var isDirectory: Bool { status.st_mode & S_IFMT == S_IFDIR }
    var isRegular: Bool { status.st_mode & S_IFMT == S_IFREG }
    var size: Int { Int(status.st_size) }
    var permissions: mode_t { status.st_mode & 0o7777 }

    /// When the content was changed last: seconds since 1970 with all nine digits that the system has.
    var modified: String {
        #if canImport(Darwin)
            let time = status.st_mtimespec
        #else
            let time = status.st_mtim
        #endif
        let nanoseconds = String(time.tv_nsec)
        return "\(time.tv_sec)." + String(repeating: "0", count: 9 - nanoseconds.count) + nanoseconds
    }

    func isSameFile(as other: FileStatus) -> Bool {
        status.st_dev == other.status.st_dev && status.st_ino == other.status.st_ino
    }
}

/// A name in a folder, and what is under it.
struct FolderEntry {
    enum Kind {
        case file, folder, link
        /// A pipe, a device; or something of which the file system does not tell at once.
        case other, unknown
    }

    let name: String
    let kind: Kind
    /// Names are bytes; one that is no UTF-8 cannot be opened here.
    let isReadable: Bool

    fileprivate init(_ entry: UnsafeMutablePointer<dirent>) {
        (name, isReadable) = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            let bytes = unsafe Array(bytes.prefix { $0 != 0 })
            return (String(decoding: bytes, as: UTF8.self), String(validating: bytes, as: UTF8.self) != nil)
        }
        kind = switch unsafe Int32(entry.pointee.d_type) {
        case Int32(DT_REG): .file
        case Int32(DT_DIR): .folder
        case Int32(DT_LNK): .link
        case Int32(DT_UNKNOWN): .unknown
        default: .other
        }
    }
}

/// An open file, closed when it goes out of scope unless it is one of the standard three.
struct FileDescriptor: ~Copyable {
    let number: Int32
    private let isBorrowed: Bool

    private init(number: Int32) {
        self.number = number
        isBorrowed = false
    }

    /// One that somebody else closes, later.
    init(borrowing number: Int32) {
        self.number = number
        isBorrowed = true
    }

    static var standardInput: FileDescriptor { FileDescriptor(number: 0) }
    static var standardOutput: FileDescriptor { FileDescriptor(number: 1) }
    static var standardError: FileDescriptor { FileDescriptor(number: 2) }

    deinit {
        if number > 2, !isBorrowed { _ = close(number) }
    }
}

extension FileDescriptor {
    init(reading path: String) throws(SystemError) {
        self.init(number: try Self.check(unsafe open(path, O_RDONLY | O_CLOEXEC)))
    }

    /// Opens what is there, such as a device or a pipe.
    init(writing path: String) throws(SystemError) {
        self.init(number: try Self.check(unsafe open(path, O_WRONLY | O_CLOEXEC)))
    }

    /// Makes a file that must not be there yet.
    init(creating path: String) throws(SystemError) {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
        self.init(number: try Self.check(unsafe open(path, flags, 0o666)))
    }

    /// Adds to a file, which is made if it is not there.
    init(appendingTo path: String) throws(SystemError) {
        self.init(number: try Self.check(unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)))
    }

    /// Makes a file without a name, for programs that this one starts. It is gone when all have closed it.
    init(temporaryIn folder: String) throws(SystemError) {
        var name = Array("\(folder)/vcodec-XXXXXX".utf8CString)
        self.init(number: try Self.check(unsafe mkstemp(&name)))
        _ = unsafe unlink(name)
    }

    /// The name under which a program that this one starts opens the file.
    var inheritedPath: String { "/dev/fd/\(number)" }

    var isTerminal: Bool { isatty(number) == 1 }

    var status: FileStatus? {
        var status = stat()
        return unsafe fstat(number, &status) == 0 ? FileStatus(status) : nil
    }

    /// The next bytes, at least one and at most `count`; none at the end.
    func read(atMost count: Int) throws(SystemError) -> [UInt8] {
        var failure: Int?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            var result = unsafe readOnce(buffer)
            while result < 0, errno == EINTR { result = unsafe readOnce(buffer) }
            if result < 0 { failure = result }
            filled = max(0, result)
        }
        if let failure { _ = try Self.check(failure) }
        return bytes
    }

    private func readOnce(_ buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        unsafe systemRead(number, buffer.baseAddress, buffer.count)
    }

    /// From here on, reading goes on at `offset`.
    func seek(to offset: Int) throws(SystemError) {
        _ = try Self.check(lseek(number, off_t(offset), SEEK_SET))
    }

    /// Reads the last bytes again.
    func goBack(_ count: Int) throws(SystemError) {
        _ = try Self.check(lseek(number, off_t(-count), SEEK_CUR))
    }

    /// All bytes up to the end.
    func readToEnd() throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(status.map { $0.isRegular ? $0.size : 0 } ?? 0)
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = unsafe systemRead(number, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard try Self.check(count) > 0 else { return bytes }
            bytes += buffer.prefix(count)
        }
    }

    func write(_ bytes: [UInt8]) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { all in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: all[written...])
                #if canImport(Glibc)
                    return unsafe Glibc.write(number, rest.baseAddress, rest.count)
                #elseif canImport(Musl)
                    return unsafe Musl.write(number, rest.baseAddress, rest.count)
                #else
                    return unsafe Darwin.write(number, rest.baseAddress, rest.count)
                #endif
            }
            if count < 0, errno == EINTR { continue }
            written += try Self.check(count)
        }
    }

    /// Waits until the bytes are on the disk, where the file system can say so.
    func synchronize() throws(SystemError) {
        if fsync(number) != 0, errno != EINVAL, errno != EROFS { throw .last }
    }

    func setPermissions(_ permissions: mode_t) {
        _ = fchmod(number, permissions)
    }

    private static func check<Result: SignedInteger>(
        _ result: Result
    ) throws(SystemError) -> Result {
        guard result >= 0 else { throw .last }
        return result
    }
}

/// `read(2)`, whose name the methods above hide.
private func systemRead(_ number: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    #if canImport(Glibc)
        unsafe Glibc.read(number, buffer, count)
    #elseif canImport(Musl)
        unsafe Musl.read(number, buffer, count)
    #else
        unsafe Darwin.read(number, buffer, count)
    #endif
}

/// Operations on names of files.
enum FileSystem {
    static func status(of path: String) -> FileStatus? {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? FileStatus(status) : nil
    }

    /// The name that a path stands for when all links on the way are followed.
    static func resolve(_ path: String) throws(SystemError) -> String {
        guard let resolved = unsafe realpath(path, nil) else { throw .last }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    /// The file of this very program.
    static var ownProgram: String { (try? resolve("/proc/self/exe")) ?? CommandLine.arguments[0] }

    /// Makes a folder, and those around it that are not there.
    static func makeFolder(_ path: String) throws(SystemError) {
        if unsafe mkdir(path, 0o777) == 0 || status(of: path)?.isDirectory == true { return }
        let failure = SystemError.last
        guard failure.isMissingFile, let slash = path.lastIndex(of: "/"), slash > path.startIndex else { throw failure }
        try makeFolder(String(path[..<slash]))
        // Somebody else may have made it meanwhile.
        if unsafe mkdir(path, 0o777) != 0, status(of: path)?.isDirectory != true { throw .last }
    }

    /// What is in a folder, in the order of the names, without what begins with a dot.
    static func contents(of folder: String) throws(SystemError) -> [FolderEntry] {
        guard let stream = unsafe opendir(folder) else { throw .last }
        defer { _ = unsafe closedir(stream) }
        var entries: [FolderEntry] = []
        errno = 0
        while let found = unsafe readdir(stream) {
            let entry = unsafe FolderEntry(found)
            if !entry.name.hasPrefix(".") { entries.append(entry) }
            errno = 0
        }
        guard errno == 0 else { throw .last }
        return entries.sorted { $0.name < $1.name }
    }

    static func checkWritable(_ path: String) throws(SystemError) {
        if unsafe access(path, W_OK) != 0 { throw .last }
    }

    static func rename(_ path: String, to newPath: String) throws(SystemError) {
        #if canImport(Glibc)
            let result = unsafe Glibc.rename(path, newPath)
        #elseif canImport(Musl)
            let result = unsafe Musl.rename(path, newPath)
        #else
            let result = unsafe Darwin.rename(path, newPath)
        #endif
        if result != 0 { throw .last }
    }

    static func remove(_ path: String) {
        _ = unsafe unlink(path)
    }
}

/// Another program, run to its end with our standard input and standard error.
enum ChildProgram {
    /// - Parameters:
    ///   - name: looked for in `PATH` if it has no slash.
    ///   - environment: all variables.
    ///   - output: what its standard output becomes.
    /// - Returns: its exit status; for a signal, 128 + its number, as shells count.
    static func run(
        _ name: String, _ arguments: [String], environment: [String: String], output: borrowing FileDescriptor
    ) throws(SystemError) -> Int32 {
        let process = try start(name, arguments, environment, output.number)
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0 {
            if errno != EINTR { throw .last }
        }
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }

    private static func start(
        _ name: String, _ arguments: [String], _ environment: [String: String], _ output: Int32
    ) throws(SystemError) -> pid_t {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = unsafe posix_spawn_file_actions_t()
        #endif
        _ = unsafe posix_spawn_file_actions_init(&actions)
        defer { _ = unsafe posix_spawn_file_actions_destroy(&actions) }
        _ = unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        // As C lists strings, ended by a null pointer.
        let words = unsafe ([name] + arguments).map { unsafe strdup($0) } + [nil]
        let variables = unsafe environment.map { unsafe strdup("\($0)=\($1)") } + [nil]
        defer { unsafe (words + variables).forEach { unsafe free($0) } }
        var process: pid_t = 0
        let failure = unsafe posix_spawnp(&process, name, &actions, nil, words, variables)
        if failure != 0 { throw SystemError(code: failure) }
        return process
    }
}

/// How long this thread has been at work, other programs not counted.
enum ProcessorTime {
    static var now: Duration {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

/// The user's wish to stop, for work that can end in good order: the first SIGINT or SIGTERM is only noted, a second one ends
/// the program at once.
enum StopRequest {
    /// The last signal; 0 for none yet. Atomic, for it is written by the signals' handler.
    private static let number = Atomic<Int32>(0)
    private static let count = Atomic<Int>(0)

    static func listen() {
        _ = number.load(ordering: .relaxed)
        // A parent with threads may have started us with signals blocked.
        var wishes = sigset_t()
        _ = unsafe sigemptyset(&wishes)
        for wish in [SIGINT, SIGTERM] {
            _ = unsafe sigaddset(&wishes, wish)
            _ = signal(wish, note)
        }
        _ = unsafe pthread_sigmask(SIG_UNBLOCK, &wishes, nil)
    }

    /// The same for work that looks at ``isRepeated`` and ends the program itself; it also hears a terminal that is closed.
    static func listenOn() {
        listen()
        _ = count.load(ordering: .relaxed)
        for wish in [SIGINT, SIGTERM, SIGHUP] {
            let previous = signal(wish, again)
            if Interruption.isIgnored(previous) { _ = signal(wish, previous) }
        }
    }

    static var isMade: Bool { number.load(ordering: .relaxed) != 0 }

    /// Whether the user wants it so much that what is at work shall not be finished.
    static var isRepeated: Bool { count.load(ordering: .relaxed) > 1 }

    /// Ends the program as the signal would have.
    static func obey() {
        let wish = number.load(ordering: .relaxed)
        guard wish != 0 else { return }
        _ = signal(wish, SIG_DFL)
        raise(wish)
    }

    private static let note: @convention(c) (Int32) -> Void = { wish in
        number.store(wish, ordering: .relaxed)
        for known in [SIGINT, SIGTERM] { _ = signal(known, SIG_DFL) }
    }

    private static let again: @convention(c) (Int32) -> Void = { wish in
        number.store(wish, ordering: .relaxed)
        count.add(1, ordering: .relaxed)
    }
}

/// The files that are to be removed when the user stops the program.
enum Interruption {
    /// Read by the signals' handler, which may run between any two instructions: the name that it
    /// points to is complete before, and stays in memory until the program ends.
    private nonisolated(unsafe) static var unfinishedName: UnsafeMutablePointer<CChar>?

    /// Of work on many files at a time, which hears of signals by ``StopRequest``; nil for any other.
    private static let unfinished = Mutex<Set<String>?>(nil)

    /// From now on, there may be many such files, and ``end()`` removes them.
    static func collect() { unfinished.withLock { $0 = [] } }

    /// Removes all that was collected, and ends the program as the user wished.
    static func end() {
        // No file is made any more: whoever wants to waits here.
        unfinished.withLock { names in
            for name in names ?? [] { FileSystem.remove(name) }
            StopRequest.obey()
        }
    }

    /// From now on, a signal that ends the program removes `path` first.
    static func removesWhenStopped(_ path: String) {
        let isCollected = unfinished.withLock { $0?.insert(path) != nil }
        if isCollected { return }
        unsafe unfinishedName = strdup(path)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            let previous = signal(number, stop)
            // What the caller has switched off (nohup) stays off.
            if isIgnored(previous) { _ = signal(number, previous) }
        }
    }

    /// The file has its name, or is gone.
    static func leaves(_ path: String) {
        let isCollected = unfinished.withLock { names in
            names?.remove(path)
            return names != nil
        }
        if !isCollected { unsafe unfinishedName = nil }
    }

    private static let stop: @convention(c) (Int32) -> Void = { number in
        if let name = unsafe unfinishedName { _ = unsafe unlink(name) }
        _ = signal(number, SIG_DFL)
        raise(number)
    }

    fileprivate static func isIgnored<Handler>(_ handler: Handler) -> Bool {
        unsafe unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
