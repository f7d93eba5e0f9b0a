internal import EntropyCoding

/// Corrects how likely the symbols of a latent block are to be 0, as the picture goes by (SPEC §10.6).
///
/// The network knows the coarser levels and the blocks before, but neither what of this block is decoded already nor how this
/// picture differs from those it was trained on. A gate in front of every circuit adds both to the circuit's log odds of
/// 0: with weights learnt by gradient descent for each channel and for the block, and the surprises of four neighbours of
/// the same channel. The range coder goes from position to position in any case, so this costs no parallelism.
///
/// Source: logistic mixing as in Mattern, "Mixing Strategies in Data Compression" (DCC 2012).
@safe package final class AdaptiveZeros {
    private typealias Weights = SIMD8<Int32>
    private static let limit = Weights(repeating: 1 << 17)
    private static let firstBlockWeights = Weights(0, 0, -4000, -4000, -4000, -4000, 0, 0)

    private let channels: Int
    /// Positions of a row, one more on each side.
    private let rowSize: Int
    /// How far symbols were from what was expected, 1/512: `[3 rows][1 + width + 1][channels]`.
    private let surprises: UnsafeMutablePointer<Int16>
    private var current = 0
    /// Where the surprises of the four neighbours are, and of the position itself.
    private var neighbours: (west: Int, first: Int, second: Int, third: Int) = (0, 0, 0, 0)
    private var here = 0
    /// Where the first active column of the row is, on a chessboard; nil without one.
    private var firstColumn: Int?

    private let channelWeights: UnsafeMutablePointer<Weights>
    private let channelCounts: UnsafeMutablePointer<Int32>
    private var blockWeights = AdaptiveZeros.firstBlockWeights
    private var blockCount: Int32 = 0
    private let squashed = LogisticTables.squashed

    // The symbol being coded.
    private var inputs = Weights()
    private var expected: Int32 = 0
    private var zeroFrequency: Int32 = 0

    /// - Parameter width: most active positions of any row.
    package init(channels: Int, width: Int) {
        self.channels = channels
        rowSize = (width + 2) * channels
        unsafe surprises = .allocate(capacity: 3 * rowSize)
        unsafe surprises.initialize(repeating: 0, count: 3 * rowSize)
        unsafe channelWeights = .allocate(capacity: channels)
        unsafe channelWeights.initialize(repeating: Weights(), count: channels)
        unsafe channelCounts = .allocate(capacity: channels)
        unsafe channelCounts.initialize(repeating: 0, count: channels)
    }

    deinit {
        unsafe surprises.deallocate()
        unsafe channelWeights.deallocate()
        unsafe channelCounts.deallocate()
    }

    /// Starts the next row, of which nothing is known yet.
    ///
    /// - Parameter firstColumn: 0 or 1 for a block that is active on one colour of a chessboard, where the row's first active
    ///   position is; nil for a block that is active everywhere.
    package func beginRow(firstColumn: Int?) {
        current = (current + 1) % 3
        self.firstColumn = firstColumn
        unsafe (surprises + current * rowSize).update(repeating: 0, count: rowSize)
    }

    /// Goes to the active position `x` of the row.
    package func beginPosition(_ x: Int) {
        let (above, twoAbove) = ((current + 2) % 3 * rowSize, (current + 1) % 3 * rowSize)
        here = current * rowSize + (x + 1) * channels
        let west = here - channels
        if let firstColumn {
            let northWest = above + (x + firstColumn) * channels
            neighbours = (west, northWest, northWest + channels, twoAbove + (x + 1) * channels)
        } else {
            let north = above + (x + 1) * channels
            neighbours = (west, north, north - channels, north + channels)
        }
    }

    /// The frequency of 0 in 65 536 that the next symbol is coded with; ``learn(isZero:channel:)`` must follow.
    ///
    /// - Parameter zeroFrequency: the circuit's, 1 … 65 535.
    @inline(__always)
    func frequency(zeroFrequency: UInt32, channel: Int) -> UInt32 {
        self.zeroFrequency = Int32(truncatingIfNeeded: zeroFrequency)
        let odds = LogisticTables.logarithm(self.zeroFrequency) &- LogisticTables.logarithm(65536 &- self.zeroFrequency)
        let x = min(max(odds, -2047), 2047)
        inputs = Weights(
            x &>> 1, 256, surprise(neighbours.west, channel), surprise(neighbours.first, channel),
            surprise(neighbours.second, channel), surprise(neighbours.third, channel), 0, 0)
        let correction = unsafe ((channelWeights[channel] &+ blockWeights) &* inputs).wrappedSum() &>> 16
        let y = min(max(x &+ correction, -2047), 2047)
        expected = unsafe squashed.withUnsafeBufferPointer { unsafe $0[Int(y &+ 2048)] }
        return UInt32(truncatingIfNeeded: min(max(expected, 4), 65532))
    }

    @inline(__always)
    func learn(isZero: Bool, channel: Int) {
        let target: Int32 = isZero ? 65536 : 0
        let gradient = inputs &* (target &- expected)
        let count = unsafe channelCounts[channel]
        unsafe Self.step(&channelWeights[channel], gradient, shift: 12 &+ (count >= 7 ? 1 : 0) &+ (count >= 63 ? 1 : 0))
        Self.step(&blockWeights, gradient, shift: 14 &+ (blockCount >= 63 ? 1 : 0) &+ (blockCount >= 4095 ? 1 : 0))
        unsafe channelCounts[channel] = min(63, count &+ 1)
        blockCount = min(4095, blockCount &+ 1)
        unsafe surprises[here &+ channel] = Int16(truncatingIfNeeded: (zeroFrequency &- target) &>> 7)
    }

    @inline(__always)
    private func surprise(_ neighbour: Int, _ channel: Int) -> Int32 {
        unsafe Int32(surprises[neighbour &+ channel])
    }

    @inline(__always)
    private static func step(_ weights: inout Weights, _ gradient: Weights, shift: Int32) {
        let moved = weights &+ (gradient &+ (1 &<< (shift &- 1))) &>> Weights(repeating: shift)
        weights = moved.clamped(lowerBound: 0 &- limit, upperBound: limit)
    }
}
