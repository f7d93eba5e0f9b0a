/// How often a bit was 1 in a context, quick to learn at first (SPEC §14.6, §16.8).
package struct AdaptiveCounter: Sendable {
    /// 65536 / (n + 3/2), n = 0 … 255: how far a counter moves after n bits.
    package static let paces: [Int32] = (0..<256).map { 131_072 / (2 * $0 + 3) }

    /// The probability of a 1, of 65 536, above eight bits of count.
    @usableFromInline var value: UInt32 = 32768 << 8

    @inlinable
    package init() {}

    @inlinable @inline(__always)
    package var probability: Int32 { Int32(bitPattern: value &>> 8) }

    @inlinable @inline(__always)
    package var isFresh: Bool { value & 255 == 0 }

    /// - Parameter paces: ``paces``.
    @inlinable @inline(__always)
    package mutating func learn(_ bit: Bool, paces: UnsafeBufferPointer<Int32>) {
        let count = value & 255
        let distance = Int64((bit ? 65535 : 0) &- probability)
        let step = unsafe Int32(truncatingIfNeeded: (distance &* Int64(paces[Int(count)])) &>> 16)
        let moved = min(max(probability &+ step, 16), 65520)
        value = UInt32(bitPattern: moved) &<< 8 | min(255, count &+ 1)
    }
}
