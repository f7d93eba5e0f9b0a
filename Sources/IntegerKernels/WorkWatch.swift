/// What long work tells whoever waits for it, and asks: the same two questions at every place where it takes a while.
package struct WorkWatch: Sendable {
    private let rowIsDone: (@Sendable () -> Void)?
    private let isCancelled: (@Sendable () -> Bool)?

    /// Nobody waits, and nobody asks for an end.
    package static let none = WorkWatch(rowIsDone: nil, isCancelled: nil)

    /// - Parameters:
    ///   - rowIsDone: called after every row that is coded sample by sample, from several threads at once.
    ///   - isCancelled: whether the result is wanted no more; once true, always true.
    package init(rowIsDone: (@Sendable () -> Void)?, isCancelled: (@Sendable () -> Bool)?) {
        (self.rowIsDone, self.isCancelled) = (rowIsDone, isCancelled)
    }

    /// False: loops end where they are, and what they give is of no use to anyone.
    package var goesOn: Bool { !(isCancelled?() ?? false) }

    /// Says that a row is done, and whether there is another one to do.
    package func goesOnAfterRow() -> Bool {
        rowIsDone?()
        return goesOn
    }
}
