/// The channels of a latent vector, side by side.
typealias Lanes = SIMD8<Float>

/// Functions of lanes made of additions, multiplications, divisions and moves of bits: IEEE 754 fixes every one of them, so
/// that results are the same on every machine.
extension SIMD8<Float> {
    /// 1.5 · 2^23: added to a number within ±2^22, it leaves the nearest integer, ties to even, in the lowest bits.
    private static let magic: Float = 12_582_912
    private static let magicBits: Int32 = 0x4B40_0000

    @inline(__always)
    var bits: SIMD8<Int32> { unsafe unsafeBitCast(self, to: SIMD8<Int32>.self) }

    @inline(__always)
    init(bits: SIMD8<Int32>) { self = unsafe unsafeBitCast(bits, to: SIMD8<Float>.self) }

    /// Integers within ±2^22.
    @inline(__always)
    init(small integers: SIMD8<Int32>) { self = Lanes(bits: integers &+ Self.magicBits) - Self.magic }

    /// The nearest integers of lanes within ±2^22.
    @inline(__always)
    var nearestIntegers: SIMD8<Int32> { (self + Self.magic).bits &- Self.magicBits }

    /// The same as numbers.
    @inline(__always)
    var nearest: Lanes { (self + Self.magic) - Self.magic }

    /// The greatest whole number that is not greater, of lanes within ±2^22.
    @inline(__always)
    var floor: Lanes {
        let nearest = nearest
        return nearest - Lanes(repeating: 0).replacing(with: 1, where: nearest .> self)
    }

    @inline(__always)
    var magnitude: Lanes { Lanes(bits: bits & 0x7FFF_FFFF) }

    @inline(__always)
    func atLeast(_ least: Float) -> Lanes { replacing(with: least, where: self .< Lanes(repeating: least)) }

    @inline(__always)
    func atMost(_ most: Float) -> Lanes { replacing(with: most, where: self .> Lanes(repeating: most)) }

    /// 2^x for x in −126 … 126, off by less than 2·10⁻⁷ of it.
    @inline(__always)
    var powersOfTwo: Lanes {
        let shifted = self + Self.magic
        let f = self - (shifted - Self.magic)
        var p: Lanes = f * 0.001_327_65 + 0.009_675_54
        p = p * f + 0.055_507_13
        p = p * f + 0.240_221_2
        p = p * f + 0.693_146_97
        p = p * f + 1
        return Lanes(bits: p.bits &+ (shifted.bits &<< 23))
    }

    /// log2 x for normal x > 0, off by less than 3·10⁻⁷.
    ///
    /// x = 2^e · m with m in √½ … √2, and ln m = 2 artanh((m − 1) / (m + 1)).
    @inline(__always)
    var logarithms: Lanes {
        let exponents = (bits &- 0x3F35_04F3) &>> 23
        let m = Lanes(bits: bits &- (exponents &<< 23))
        let s = (m - 1) / (m + 1), square = s * s
        var p: Lanes = square * 0.412_198_58 + 0.577_078_02
        p = p * square + 0.961_796_69
        p = p * square + 2.885_390_1
        return Lanes(small: exponents) + s * p
    }

    /// The sum of all lanes, in a fixed order.
    @inline(__always)
    var total: Float {
        let four = lowHalf + highHalf, two = four.lowHalf + four.highHalf
        return two.x + two.y
    }
}

extension SIMD8<Int32> {
    /// `count` values from index `start` on, then zeros.
    @inline(__always)
    init(_ values: UnsafeMutableBufferPointer<Int16>, from start: Int, count: Int) {
        if count == 8 {
            precondition(start >= 0 && start &+ 8 <= values.count)
            let v = unsafe values.baseAddress! + start
            unsafe self.init(
                Int32(v[0]), Int32(v[1]), Int32(v[2]), Int32(v[3]), Int32(v[4]), Int32(v[5]), Int32(v[6]), Int32(v[7]))
        } else {
            self.init()
            for i in 0..<count { self[i] = unsafe Int32(values[start + i]) }
        }
    }
}

/// The standard Gaussian at some boundaries.
struct GaussianTail {
    /// Density.
    let density: Lanes
    /// Mass beyond the boundary on its own side of 0, at most ½.
    let mass: Lanes

    /// The mass over e^(−x²/2) is a polynomial of 1/(1 + 0.29·|x|), as in Hastings, "Approximations for Digital Computers"
    /// (1955), with coefficients fitted to a relative error below 7·10⁻⁷ for |x| < 5.3.
    @inline(__always)
    init(at x: Lanes) {
        let t = 1 / (x.magnitude * 0.29 + 1)
        var p: Lanes = t * -0.092_450_24 + 0.298_827_23
        p = p * t - 0.114_128_49
        p = p * t + 0.194_839_33
        p = p * t + 0.095_306_44
        p = p * t + 0.117_606_02
        let e = (x * x * -0.721_347_52).powersOfTwo
        mass = e * p * t
        density = e * 0.398_942_28
    }
}
