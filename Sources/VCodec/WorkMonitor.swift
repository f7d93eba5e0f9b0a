internal import IntegerKernels
internal import Synchronization

/// Where long work tells how far it is, and asks whether to go on.
struct WorkMonitor: Sendable {
    private let caller: Caller
    /// The stretch of the whole, 0 … 1, whose parts are reported here.
    private var stretch: ClosedRange<Double> = 0...1

    init(progress: (@Sendable (Double) -> Void)?, isCancelled: (@Sendable () -> Bool)?) {
        caller = Caller(progress: progress, isCancelled: isCancelled)
    }

    /// For work that is a stretch of this one.
    func over(_ part: ClosedRange<Double>) -> WorkMonitor {
        var monitor = self
        let length = stretch.upperBound - stretch.lowerBound
        monitor.stretch = stretch.lowerBound + length * part.lowerBound...stretch.lowerBound + length * part.upperBound
        return monitor
    }

    /// - Parameter part: of this work, what is done, 0 … 1.
    func report(_ part: Double) {
        caller.report(stretch.lowerBound + (stretch.upperBound - stretch.lowerBound) * part)
    }

    /// False from the moment on at which the caller asked for an end.
    var goesOn: Bool { !caller.isCancelled }

    func check() throws(CodecError) {
        if !goesOn { throw .cancelled }
    }

    /// For an engine.
    ///
    /// - Parameter rows: how many there are in this work; nil where they are not what takes long.
    func watch(rows: Int? = nil) -> WorkWatch {
        let isCancelled: (@Sendable () -> Bool)? = caller.asks ? { @Sendable in !goesOn } : nil
        guard let rows, caller.listens else { return WorkWatch(rowIsDone: nil, isCancelled: isCancelled) }
        let done = RowCounter()
        return WorkWatch(rowIsDone: { report(min(1, Double(done.next()) / Double(rows))) }, isCancelled: isCancelled)
    }
}

/// Who waits for the work: told by one thread at a time of progress alone, and believed once for ever when asking for an end,
/// for what stopped half done cannot go on.
private final class Caller: Sendable {
    private let progress: (@Sendable (Double) -> Void)?
    private let cancellation: (@Sendable () -> Bool)?
    private let hasCancelled = Atomic(false)
    /// What was told last.
    private let told = Mutex(-1.0)

    init(progress: (@Sendable (Double) -> Void)?, isCancelled: (@Sendable () -> Bool)?) {
        (self.progress, cancellation) = (progress, isCancelled)
    }

    var listens: Bool { progress != nil }
    var asks: Bool { cancellation != nil }

    /// Steps of less than a thousandth are not worth a call; the end is.
    func report(_ part: Double) {
        guard let progress else { return }
        told.withLock { last in
            guard part >= last + 0.001 || part >= 1 && last < 1 else { return }
            last = part
            progress(part)
        }
    }

    var isCancelled: Bool {
        guard let cancellation else { return false }
        if hasCancelled.load(ordering: .relaxed) { return true }
        guard cancellation() else { return false }
        hasCancelled.store(true, ordering: .relaxed)
        return true
    }
}

private final class RowCounter: Sendable {
    private let count = Atomic(0)

    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}
