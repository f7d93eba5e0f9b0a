internal import Synchronization

/// One result from each of several concurrent pieces of work.
final class ConcurrentResults<Value: Sendable>: Sendable {
    private let values: Mutex<[Value?]>

    init(count: Int) { values = Mutex(Array(repeating: nil, count: count)) }

    func set(_ index: Int, _ value: Value) { values.withLock { $0[index] = value } }

    /// - Precondition: the piece of work has set its result.
    subscript(index: Int) -> Value { values.withLock { $0[index]! } }
}
