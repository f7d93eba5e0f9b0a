/// How often a bit was 1 in a context, quick to learn at first (SPEC §14.6).
struct AdaptiveCounter {
    /// The probability of a 1, of 65 536, above eight bits of count.
    private var value: UInt32 = 32768 << 8

    @inline(__always)
    var probability: Int32 { Int32(bitPattern: value &>> 8) }

    @inline(__always)
    var isFresh: Bool { value & 255 == 0 }

    /// - Parameter paces: ``SampleTables/paces``.
    @inline(__always)
    mutating func learn(_ bit: Bool, paces: UnsafeBufferPointer<Int32>) {
        let count = value & 255
        let distance = Int64((bit ? 65535 : 0) &- probability)
        let step = unsafe Int32(truncatingIfNeeded: (distance &* Int64(paces[Int(count)])) &>> 16)
        let moved = min(max(probability &+ step, 16), 65520)
        value = UInt32(bitPattern: moved) &<< 8 | min(255, count &+ 1)
    }
}
