internal import Synchronization

/// Tables that are made when a length is first asked for, and shared from then on.
final class TablesByLength<Tables: Sendable>: Sendable {
    private let made = Mutex([Int: Tables]())

    func tables(_ length: Int, make: (Int) -> Tables) -> Tables {
        made.withLock { made in
            if let tables = made[length] { return tables }
            let tables = make(length)
            made[length] = tables
            return tables
        }
    }
}
