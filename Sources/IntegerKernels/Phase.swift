/// The positions of a grid at which a latent block is active (SPEC §9): all, or one colour of a chessboard.
package enum Phase: UInt8, Sendable {
    case all = 0
    /// Where row + column is even.
    case even = 1
    /// Where row + column is odd.
    case odd = 2

    /// Active positions of a row of `width`.
    package func count(row: Int, width: Int) -> Int {
        self == .all ? width : (width - first(row: row) + 1) / 2
    }

    /// Most active positions of any row: the width of a gathered feature.
    package func gatheredWidth(_ width: Int) -> Int { self == .all ? width : (width + 1) / 2 }

    /// Column of the first active position of a row.
    package func first(row: Int) -> Int { self == .all ? 0 : (row + Int(rawValue) - 1) & 1 }
}

extension Feature {
    /// The active positions of every row, packed to the left. For `.all` this is the feature itself.
    package func gathered(_ phase: Phase) -> Feature {
        guard phase != .all else { return self }
        let result = Feature(height: height, width: phase.gatheredWidth(width), channels: channels)
        for y in 0..<height { gatherRow(y, phase, into: result) }
        return result
    }

    /// One row of ``gathered(_:)``; for `.all` a copy.
    package func gatherRow(_ y: Int, _ phase: Phase, into result: Feature) {
        precondition(result.width == phase.gatheredWidth(width) && result.channels == channels)
        let (source, target) = unsafe (row(y), result.row(y))
        guard phase != .all else { return unsafe target.copy(source.count, from: source, at: 0, to: 0) }
        let (first, count) = (phase.first(row: y), phase.count(row: y, width: width))
        for x in 0..<count {
            unsafe target.copy(channels, from: source, at: (first + 2 * x) * channels, to: x * channels)
        }
        for i in count * channels..<target.count { unsafe target[i] = 0 }
    }

    /// Puts gathered positions back: the inverse of `gathered(_:)`.
    package func scatter(_ gathered: Feature, _ phase: Phase) {
        guard phase != .all else { return }
        for y in 0..<height { scatterRow(y, gathered, phase) }
    }

    /// One row of ``scatter(_:_:)``; for `.all` a copy.
    package func scatterRow(_ y: Int, _ gathered: Feature, _ phase: Phase) {
        precondition(gathered.width == phase.gatheredWidth(width) && gathered.channels == channels)
        let (source, target) = unsafe (gathered.row(y), row(y))
        guard phase != .all else { return unsafe target.copy(source.count, from: source, at: 0, to: 0) }
        let first = phase.first(row: y)
        for x in 0..<phase.count(row: y, width: width) {
            unsafe target.copy(channels, from: source, at: x * channels, to: (first + 2 * x) * channels)
        }
    }
}
