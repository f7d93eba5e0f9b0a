internal import Dispatch
internal import Synchronization

/// Work on rows, dealt to threads. Every row is worked on once; nothing depends on by which thread.
enum RowTasks {
    /// Calls `body` with ranges that together are `0 ..< count`, on up to `threads` threads, and returns when all are done.
    ///
    /// - Parameter atLeast: rows below which a range is not worth a thread's attention.
    static func run(_ count: Int, threads: Int, atLeast: Int = 1, _ body: @Sendable (Range<Int>) -> Void) {
        // More pieces than threads, so that one slow core does not hold up the rest.
        let pieces = threads == 1 ? 1 : min(count / atLeast, threads * 16)
        guard pieces > 1 else { return body(0..<count) }
        let next = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: min(threads, pieces)) { _ in
            while true {
                let piece = next.add(1, ordering: .relaxed).oldValue
                guard piece < pieces else { return }
                body(count * piece / pieces..<count * (piece + 1) / pieces)
            }
        }
    }
}
