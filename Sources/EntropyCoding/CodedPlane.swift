/// A plane of samples as a file holds it: what ``PlaneEncoder`` makes and ``PlaneDecoder`` takes (SPEC §6.3).
package enum CodedPlane: Hashable, Sendable {
    /// Mode 0: every sample has this value.
    case constant(UInt16)
    /// Mode 1: a range-coded stream.
    case stream(ArraySlice<UInt8>)
}

/// Why a plane's stream cannot be decoded: it is damaged.
package enum PlaneError: Error, Hashable, Sendable {
    /// A residual outside −2^(n−1) … 2^(n−1) − 1, in this row (0 is the first).
    case residualOutOfRange(row: Int)
}
