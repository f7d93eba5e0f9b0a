/// What a block says of one channel (SPEC §16.1).
struct ChannelParameters: Hashable, Sendable {
    static let greatestShift = 32

    /// Low bits that are 0 in every sample; all of them in a silent channel.
    var wastedBits: Int
    /// The adaptive filters see residuals in 2^`filterShift` / 16 of a sample.
    var filterShift: Int

    init(wastedBits: Int, filterShift: Int) {
        self.wastedBits = wastedBits
        self.filterShift = filterShift
    }

    /// For these samples, of `bits` bits.
    init(of samples: [Int32], bits: Int) {
        let union = samples.reduce(0) { $0 | $1 }
        wastedBits = min(bits, union.trailingZeroBitCount)
        // Second differences are about as great as residuals: their mean shall stay below 2^13.
        let (wasted, differences) = (Int64(wastedBits), samples.indices.dropFirst(2))
        let total = differences.reduce(Int64(0)) {
            let bent = Int64(samples[$1]) - 2 * Int64(samples[$1 - 1]) + Int64(samples[$1 - 2])
            return $0 + (abs(bent) >> wasted)
        }
        let mean = 16 * (total / Int64(max(1, differences.count)))
        filterShift = max(0, 64 - mean.leadingZeroBitCount - 13)
    }

    /// The inverse of ``bytes``.
    init(_ bytes: ArraySlice<UInt8>, bits: Int) throws(WaveformError) {
        wastedBits = Int(bytes[bytes.startIndex])
        filterShift = Int(bytes[bytes.startIndex + 1])
        if wastedBits > bits { throw .wastedBits(found: wastedBits, bits: bits) }
        if filterShift > Self.greatestShift { throw .filterShift(found: filterShift, most: Self.greatestShift) }
    }

    var bytes: [UInt8] { [UInt8(wastedBits), UInt8(filterShift)] }
}
