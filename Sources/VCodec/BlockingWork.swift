internal import Dispatch
internal import Synchronization

/// Work that keeps a thread busy for seconds, for callers who `await` it.
///
/// It runs on a thread of its own, not on one of Swift's cooperative pool, of which there is one a core: as many pictures as
/// cores, coded there, leave no thread to any other task of the process. Dispatch's global queues have the same threads as the
/// pool on Linux; a serial queue gets another one. Measured on two busy cores with two pictures being coded for four seconds: of
/// tasks that sleep a millisecond, the last to wake is 4 to 90 ms late this way, and 4.3 s in functions that are `@concurrent`;
/// with larger pictures, 5 of 10 s on a global queue.
enum BlockingWork {
    /// Runs `work` and waits without blocking; the monitor tells it when the surrounding task is cancelled.
    static func run<Result: Sendable>(
        progress: (@Sendable (Double) -> Void)?, _ work: @escaping @Sendable (WorkMonitor) throws(CodecError) -> Result
    ) async throws(CodecError) -> Result {
        let cancellation = Cancellation()
        let monitor = WorkMonitor(progress: progress, isCancelled: { cancellation.isAsked })
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                DispatchQueue(label: "vcodec").async {
                    continuation.resume(returning: Swift.Result { () throws(CodecError) in
                        try monitor.check()
                        return try work(monitor)
                    })
                }
            }
        } onCancel: {
            cancellation.ask()
        }
        return try result.get()
    }
}

/// Whether a task was cancelled, for threads that do not belong to it.
private final class Cancellation: Sendable {
    private let asked = Atomic(false)

    var isAsked: Bool { asked.load(ordering: .relaxed) }

    func ask() { asked.store(true, ordering: .relaxed) }
}
