/// What stands in for coefficients that were not sent (SPEC §19.7).
struct NoiseLevels: Hashable, Sendable {
    /// In 1/256 of a step: the most that noise has before `filled` applies.
    let cap: Int
    /// In 1/256, of the level that is missing in a band that is coded.
    let filled: Int
    /// In 1/256, of the level of a band that is skipped.
    let skipped: Int

    /// In 1/64 of a 16-bit step.
    func amplitude(skippedBand level: Int) -> Int { (skipped * Octaves.amplitude(level: level, places: 6)) >> 8 }

    /// - Parameters:
    ///   - width: of the band, in bins.
    ///   - squares: sum of those of a quarter of its magnitudes.
    ///   - zeros: bins without a magnitude, at least 1.
    ///   - step: 2^14 times it.
    func amplitude(level: Int, width: Int, squares: Int, zeros: Int, step: Int) -> Int {
        let whole = Octaves.amplitude(level: level, places: 4)
        let missing = max(0, width * whole * whole - squares) / zeros
        return (filled * min((cap * (step >> 8)) >> 8, 4 * Self.squareRoot(missing))) >> 8
    }

    /// Rounded down, by Newton's method from above.
    static func squareRoot(_ value: Int) -> Int {
        guard value > 0 else { return 0 }
        var root = 1 << ((65 - value.leadingZeroBitCount) / 2)
        while true {
            let next = (root + value / root) >> 1
            if next >= root { return root }
            root = next
        }
    }
}

/// The signs of noise (SPEC §19.7).
struct NoiseSigns {
    private var seed: UInt32

    /// - Parameters:
    ///   - superframe: its number in the block.
    ///   - element: its number in the sound.
    init(superframe: Int, element: Int) {
        seed = UInt32(truncatingIfNeeded: superframe + 65536 * element) &* 2_654_435_761
    }

    @inline(__always)
    mutating func next() -> Bool {
        seed = seed &* 1_664_525 &+ 1_013_904_223
        return seed &>> 31 != 0
    }
}
