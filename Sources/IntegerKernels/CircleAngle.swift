/// An angle of the lossy sound's rotations (SPEC §19.8, §19.9), all of which are multiples of π/131072, and its sine and cosine in
/// integers.
///
/// Series in units of 2^−64 give 2^30 times them within 10^−8, and no such number comes within 5·10^−6 of a half: they are rounded
/// correctly.
struct CircleAngle {
    /// What sines and cosines are multiplied by before they are rounded.
    enum Factor {
        case one
        case rootOfHalf
    }

    /// In π/131072, 0 … 131072.
    let turn: Int

    /// - Parameters:
    ///   - numerator: 0 … `denominator`.
    ///   - denominator: a power of two up to 131072; the angle is π · numerator / denominator.
    init(_ numerator: Int, over denominator: Int) {
        precondition(denominator.nonzeroBitCount == 1 && denominator <= 1 << 17 && 0...denominator ~= numerator, "half a circle")
        turn = numerator * ((1 << 17) / denominator)
    }

    private init(turn: Int) { self.turn = turn }

    /// round(2^30 · factor · sin)
    func sine(_ factor: Factor = .one) -> Int32 {
        let first = min(turn, 1 << 17 - turn)
        return first <= 1 << 15
            ? Self.rounded(Self.sine(ofEighth: first), factor) : Self.roundedRest(Self.versine(ofEighth: 1 << 16 - first), factor)
    }

    /// round(2^30 · factor · cos)
    func cosine(_ factor: Factor = .one) -> Int32 {
        turn <= 1 << 16 ? CircleAngle(turn: 1 << 16 - turn).sine(factor) : -CircleAngle(turn: turn - 1 << 16).sine(factor)
    }

    /// 2^64 · √½
    private static let rootOfHalf: UInt64 = 0xB504_F333_F9DE_6484
    /// 2^64 · π/4
    private static let eighth: UInt64 = 0xC90F_DAA2_2168_C234

    private static func rounded(_ v: UInt64, _ factor: Factor) -> Int32 {
        let scaled = factor == .one ? v : times(v, rootOfHalf)
        return Int32((scaled + 1 << 33) >> 34)
    }

    /// The same of 1 − v, since 1 itself is 2^64.
    private static func roundedRest(_ v: UInt64, _ factor: Factor) -> Int32 {
        factor == .one ? 1 << 30 - rounded(v, .one) : rounded(rootOfHalf - times(v, rootOfHalf), .one)
    }

    /// - Parameter turn: up to 2^15, π/4.
    private static func sine(ofEighth turn: Int) -> UInt64 {
        let x = radians(turn)
        return x - times(x, series(times(x, x), from: 2))
    }

    /// 1 − cos
    private static func versine(ofEighth turn: Int) -> UInt64 {
        let x = radians(turn)
        return series(times(x, x), from: 1)
    }

    private static func radians(_ turn: Int) -> UInt64 { 2 * times(UInt64(turn) << 48, eighth) }

    /// x²/(n(n+1)) · (1 − x²/((n+2)(n+3)) · (1 − …)): what Taylor's series of the cosine (n = 1) or the sine over x (n = 2)
    /// lacks to 1. With x² < 0.62, ten factors leave less than 2^−64.
    private static func series(_ square: UInt64, from n: UInt64) -> UInt64 {
        (0..<10).reversed().reduce(0) { rest, k in
            (square - times(square, rest)) / ((n + 2 * k) * (n + 2 * k + 1))
        }
    }

    private static func times(_ a: UInt64, _ b: UInt64) -> UInt64 { a.multipliedFullWidth(by: b).high }
}
