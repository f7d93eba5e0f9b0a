import CProcessShims

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What one run of a program took.
package struct ProcessUsage: Codable, Hashable, Sendable {
    /// From start to end.
    package let seconds: Double
    /// Of all its threads together, in user and system mode.
    package let processorSeconds: Double
    /// The most memory that it held.
    package let peakBytes: Int

    package init(seconds: Double, processorSeconds: Double, peakBytes: Int) {
        self.seconds = seconds
        self.processorSeconds = processorSeconds
        self.peakBytes = peakBytes
    }
}

/// Another program, run to its end with nothing at its standard input and its output in a file.
///
/// Linux counts what the parent holds when a child begins as the child's own peak, which would be this program's pictures
/// and not the codec's. So a shell, which holds next to nothing, starts the program and ends, and this process, which
/// adopts the orphan, waits for it. The program begins only when the shell is gone: else the shell might see it end.
enum ChildProcess {
    /// Runs a program and waits for its end.
    ///
    /// - Parameters:
    ///   - path: the program's file.
    ///   - log: a file for all that it prints; replaced.
    /// - Returns: its exit status (for a signal, 128 + its number, as shells count) and what it took.
    static func run(_ path: String, _ arguments: [String], log: String) throws(BenchmarkError) -> (Int32, ProcessUsage) {
        let (process, start) = try start(path, arguments, log)
        var status: Int32 = 0
        var usage = rusage()
        while unsafe wait4(process, &status, 0, &usage) < 0 {
            guard errno == EINTR else { throw .programNotStarted(path, reason: SystemFile.lastError) }
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let signal = status & 0x7F
        return (signal == 0 ? status >> 8 & 0xFF : 128 + signal, ProcessUsage(usage, seconds: seconds))
    }

    #if canImport(Darwin)
        private static func start(
            _ path: String, _ arguments: [String], _ log: String
        ) throws(BenchmarkError) -> (pid_t, ContinuousClock.Instant) {
            let now = ContinuousClock.now
            return (try spawn([path] + arguments, log, inheriting: [:]), now)
        }
    #else
        /// The shell's own: the program waits for a line at descriptor 4, and its number goes to descriptor 3.
        private static let script = "(read go <&4 && exec \"$@\" </dev/null 4<&-) 3>&- & echo $! >&3"

        private static func start(
            _ path: String, _ arguments: [String], _ log: String
        ) throws(BenchmarkError) -> (pid_t, ContinuousClock.Instant) {
            var (number, go): ([Int32], [Int32]) = ([0, 0], [0, 0])
            guard vcodec_adopt_orphans() == 0 else { throw .programNotStarted(path, reason: "orphans cannot be adopted") }
            guard unsafe vcodec_pipe(&number) == 0 else { throw .programNotStarted(path, reason: "no pipe can be made") }
            defer { _ = close(number[0]) }
            guard unsafe vcodec_pipe(&go) == 0 else {
                _ = close(number[1])
                throw .programNotStarted(path, reason: "no pipe can be made")
            }
            defer { _ = close(go[1]) }
            let shell: pid_t
            do {
                defer { for end in [number[1], go[0]] { _ = close(end) } }
                shell = try spawn(["/bin/sh", "-c", script, "sh", path] + arguments, log, inheriting: [3: number[1], 4: go[0]])
            }
            let process = readNumber(number[0])
            var status: Int32 = 0
            while unsafe waitpid(shell, &status, 0) < 0, errno == EINTR {}
            guard let process else { throw .programNotStarted(path, reason: "the shell ended with status \(status >> 8)") }
            let now = ContinuousClock.now
            _ = unsafe write(go[1], "\n", 1)
            return (process, now)
        }
    #endif

    /// What the shell writes into the pipe: one number in a line.
    private static func readNumber(_ descriptor: Int32) -> pid_t? {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 32)
        while true {
            let count = unsafe read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            text += buffer.prefix(count)
            // Not up to the end: another program that began at this moment may hold the pipe, too.
            if text.last == UInt8(ascii: "\n") { return pid_t(String(decoding: text.dropLast(), as: UTF8.self)) }
        }
    }

    /// - Parameter inheriting: descriptors of the program's, and which of this process's they are.
    private static func spawn(_ words: [String], _ log: String, inheriting: [Int32: Int32]) throws(BenchmarkError) -> pid_t {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = unsafe posix_spawn_file_actions_t()
        #endif
        _ = unsafe posix_spawn_file_actions_init(&actions)
        defer { _ = unsafe posix_spawn_file_actions_destroy(&actions) }
        _ = unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        _ = unsafe posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        _ = unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
        for (number, own) in inheriting { _ = unsafe posix_spawn_file_actions_adddup2(&actions, own, number) }
        // As C lists strings, ended by a null pointer.
        let list = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { unsafe list.forEach { unsafe free($0) } }
        // This thread's mask is that of a worker, with signals blocked; a program shall be one that can be stopped.
        #if canImport(Darwin)
            var attributes: posix_spawnattr_t?
        #else
            var attributes = posix_spawnattr_t()
        #endif
        _ = unsafe posix_spawnattr_init(&attributes)
        defer { _ = unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        _ = unsafe sigemptyset(&none)
        _ = unsafe posix_spawnattr_setsigmask(&attributes, &none)
        _ = unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var process: pid_t = 0
        let failure = unsafe posix_spawn(&process, words[0], &actions, &attributes, list, environ)
        if failure != 0 {
            errno = failure
            throw .programNotStarted(words[0], reason: SystemFile.lastError)
        }
        return process
    }
}

extension ProcessUsage {
    fileprivate init(_ usage: rusage, seconds: Double) {
        let times = [usage.ru_utime, usage.ru_stime].map { Double($0.tv_sec) + Double($0.tv_usec) / 1e6 }
        #if canImport(Darwin)
            let unit = 1
        #else
            let unit = 1024
        #endif
        self.init(seconds: seconds, processorSeconds: times[0] + times[1], peakBytes: Int(usage.ru_maxrss) * unit)
    }
}
