internal import EntropyCoding

/// How coarse the coefficients of a band are, from the energies of the transform block (SPEC §19.5).
///
/// All logarithms are in 1/256 of an octave of amplitude.
struct StepLaw: Hashable, Sendable {
    /// Of the step, in 1/256 of an octave for each octave of the level.
    let slope: Int
    /// Added to the second channel's.
    let side: Int

    /// - Parameters:
    ///   - heard: the level under which noise is hidden.
    ///   - offset: of the band.
    func step(heard: Int, offset: Int, isSecond: Bool, quality: Int) -> Int {
        let step = ((slope * heard) >> 8) + offset + (isSecond ? side : 0) - quality
        return min(max(step, -1024), 4863)
    }

    /// `round(65536 · cos²(angle · π/16))`.
    private static let squaredCosines = [
        65536, 63042, 55938, 45308, 32768, 20228, 9598, 2494, 0, 2494, 9598, 20228, 32768, 45308, 55938, 63042,
    ]

    /// What is heard of noise in either channel of a pair, which both loudspeakers play.
    ///
    /// - Parameter levels: of the two channels, in half octaves.
    static func heard(_ levels: (Int, Int), angle: Int) -> (Int, Int) {
        let most = max(levels.0, levels.1)
        let (cosine, sine) = (squaredCosines[angle], 65536 - squaredCosines[angle])
        let (first, second) = ((1 << 30) >> (most - levels.0), (1 << 30) >> (most - levels.1))
        let floor = (1 << 44) >> most + 1
        let left = cosine * first + sine * second + floor
        let right = sine * first + cosine * second + floor
        let both = (
            (cosine << 46) / left + (sine << 46) / right, (sine << 46) / left + (cosine << 46) / right
        )
        return ((256 * most + 4096 - Octaves.of(both.0)) >> 1, (256 * most + 4096 - Octaves.of(both.1)) >> 1)
    }
}

/// Logarithms of base 2 in 1/256, and back (SPEC §19, `oct` and `exp`).
enum Octaves {
    /// `value` is at least 1.
    @inline(__always)
    static func of(_ value: Int) -> Int { 2 &* Int(LogisticTables.logarithm(value)) }

    /// 2^(14 + logarithm/256), for logarithms of −1024 … 4863.
    @inline(__always)
    static func steps(_ logarithm: Int) -> Int {
        (Int(LogisticTables.fractionalPowers[logarithm & 255]) &<< (logarithm &>> 8 &+ 4)) &>> 6
    }

    /// 2^(places + level/2), rounded down; places at most 16.
    @inline(__always)
    static func amplitude(level: Int, places: Int) -> Int {
        let logarithm = 128 &* level
        return (Int(LogisticTables.fractionalPowers[logarithm & 255]) &<< (logarithm &>> 8)) &>> (16 &- places)
    }
}
