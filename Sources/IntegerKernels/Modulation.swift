/// A block's modulation at one quality point: `h = sat16(R(acc · multiplier, shift) + offset)` (SPEC §8, block).
package struct Modulation: Sendable {
    /// `[channels]`, `mq` of the specification.
    package let multipliers: [Int32]
    /// `[channels]`, `aq` of the specification.
    package let offsets: [Int32]
    /// 1 … 62
    package let shift: Int

    package init(multipliers: [Int32], offsets: [Int32], shift: Int) {
        precondition(multipliers.count == offsets.count && (1...62).contains(shift))
        self.multipliers = multipliers
        self.offsets = offsets
        self.shift = shift
    }
}
