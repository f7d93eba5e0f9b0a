import Dispatch
import Synchronization

/// Keeps what progress was reported; asks for an end at the first report.
final class Watcher: Sendable {
    private let reports = Mutex<[Double]>([])

    var progress: @Sendable (Double) -> Void { { part in self.reports.withLock { $0.append(part) } } }
    var isCancelled: @Sendable () -> Bool { { !self.parts.isEmpty } }
    var parts: [Double] { reports.withLock { $0 } }
}

/// Holds work at its first report until it is let go.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let isHeld = Atomic(false)
    private let arrival: AsyncStream<Void>
    private let arrive: AsyncStream<Void>.Continuation
    private let reports = Atomic(0)

    init() { (arrival, arrive) = AsyncStream.makeStream() }

    /// How often progress was reported.
    var count: Int { reports.load(ordering: .relaxed) }

    var progress: @Sendable (Double) -> Void {
        { _ in
            self.reports.add(1, ordering: .relaxed)
            guard !self.isHeld.exchange(true, ordering: .relaxed) else { return }
            self.arrive.yield()
            self.semaphore.wait()
        }
    }

    /// Waits for the work to come to the gate.
    func arrived() async {
        for await _ in arrival { return }
    }

    func open() { semaphore.signal() }
}
