/// Where long work tells how far it is, and asks whether to go on.
struct WorkMonitor: Sendable {
    let progress: (@Sendable (Double) -> Void)?
    let isCancelled: (@Sendable () -> Bool)?
    /// The stretch of the whole, 0 … 1, whose parts are reported here.
    private var stretch: ClosedRange<Double> = 0...1

    init(progress: (@Sendable (Double) -> Void)?, isCancelled: (@Sendable () -> Bool)?) {
        (self.progress, self.isCancelled) = (progress, isCancelled)
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
        progress?(stretch.lowerBound + (stretch.upperBound - stretch.lowerBound) * part)
    }

    var goesOn: Bool { !(isCancelled?() ?? false) }

    func check() throws(CodecError) {
        if !goesOn { throw .cancelled }
    }
}
