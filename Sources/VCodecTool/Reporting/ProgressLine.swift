import Synchronization

/// A bar on a terminal for work that takes longer than a second.
///
///     encoding photo.png  [############------------------]  40 %
final class ProgressLine: Sendable {
    private struct State {
        var lastDrawn: ContinuousClock.Instant?
        var isCleared = false
    }

    private static let width = 30

    private let label: String
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    /// None is made when nobody would see it.
    init?(_ label: String, _ reporting: ReportingOptions) {
        guard !reporting.quiet, reporting.notes == nil, FileDescriptor.standardError.isTerminal else { return nil }
        self.label = label
    }

    /// What the codec calls, from any thread.
    var handler: @Sendable (Double) -> Void {
        { self.show($0) }
    }

    /// Draws ten times a second at most.
    private func show(_ fraction: Double) {
        let now = ContinuousClock.now
        guard now - start > .seconds(1) else { return }
        state.withLock { state in
            guard !state.isCleared else { return }
            if let last = state.lastDrawn, now - last < .milliseconds(100) { return }
            state.lastDrawn = now
            let fraction = min(1, max(0, fraction))
            let filled = Int(fraction * Double(Self.width))
            let bar = String(repeating: "#", count: filled)
                + String(repeating: "-", count: Self.width - filled)
            StandardError.write("\r\(label)  [\(bar)]  \(Int(fraction * 100)) %\u{1B}[K")
        }
    }

    /// Prints a line of its own above this one.
    func print(_ line: String) {
        state.withLock { state in
            if state.lastDrawn != nil, !state.isCleared { StandardError.write("\r\u{1B}[K") }
            StandardError.print(line)
            // So that it is drawn again at once.
            state.lastDrawn = nil
        }
    }

    /// Leaves the line empty for what comes next.
    func clear() {
        state.withLock { state in
            if state.lastDrawn != nil, !state.isCleared { StandardError.write("\r\u{1B}[K") }
            state.isCleared = true
        }
    }
}
