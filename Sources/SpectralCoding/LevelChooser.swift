/// The levels of a block's bands as its coefficients have them.
struct LevelChooser {
    /// How far from the middle of an anchor's range a level may lie before another is taken: docs/decisions/0012.
    private static let slack = 38
    private static let silence = 77

    /// In 1/256 of an octave.
    private let logarithms: [Int]

    init(_ coefficients: UnsafePointer<Int32>, _ layout: SplitLayout) {
        logarithms = layout.bands.map { band in
            var power = 0
            for bin in band.low..<band.high {
                let value = unsafe Int(coefficients[bin])
                power &+= value &* value
            }
            // 1/64 of a step is six octaves below one.
            return (Octaves.of(max(1, power & Int.max)) - band.breadth) / 2 - 6 * 256
        }
    }

    /// In half octaves, 0 or more.
    func level(_ band: Int, anchor: Int) -> Int {
        let logarithm = logarithms[band]
        guard logarithm >= Self.silence else { return 0 }
        let distance = logarithm - 128 * anchor
        guard abs(distance) > 64 + Self.slack else { return anchor }
        return max(0, (logarithm - distance.signum() * Self.slack + 64) >> 7)
    }
}
