internal import Ssimulacra2Constants

/// Samples in linear light, R, G and B.
enum LinearLight {
    /// For sRGB samples in 1/64 of an 8-bit step, 0 … 16 320: the light, and how fast it grows with the sample, per 8-bit step.
    static let table: [SIMD2<Float>] = (0...16320).map { fine in
        let value = Float(fine) / 16320
        if value <= 0.04045 { return SIMD2(value, 0x1p0 / 255) / 12.92 }
        let octaves = ((value + 0.055) / 1.055).logarithm
        return SIMD2((octaves * 2.4).powerOfTwo, (octaves * 1.4).powerOfTwo * (2.4 / 1.055 / 255))
    }
}

extension SIMD8<Float> {
    /// ∛x for x in 0.001 … 2, off by less than 2·10⁻⁷ of it.
    @inline(__always)
    var cubeRoots: Lanes {
        let near = (logarithms * (1 / 3)).powersOfTwo
        // One of Newton's steps.
        return (near * 2 + self / (near * near)) * (1 / 3)
    }
}

/// Eight pixels of XYB as roots of what cones take in, less the root of nothing.
struct OpsinLanes {
    var long: Lanes
    var middle: Lanes
    var short: Lanes

    @inline(__always)
    init(long: Lanes, middle: Lanes, short: Lanes) { (self.long, self.middle, self.short) = (long, middle, short) }

    @inline(__always)
    init(red: Lanes, green: Lanes, blue: Lanes) {
        @inline(__always) func root(_ cone: SIMD3<Float>) -> Lanes {
            (red * cone.x + green * cone.y + blue * cone.z + Ssimulacra2Constants.bias).cubeRoots - Ssimulacra2Constants.rootOfBias
        }
        let cones = Ssimulacra2Constants.cones
        (long, middle, short) = (root(cones[0]), root(cones[1]), root(cones[2]))
    }

    /// X, Y or B as SSIMULACRA2 takes them.
    @inline(__always)
    func channel(_ index: Int) -> Lanes {
        switch index {
        case 0: (long - middle) * 7 + 0.42
        case 1: (long + middle) * 0.5 + 0.01
        default: short - (long + middle) * 0.5 + 0.55
        }
    }

    /// The gradient by R, G and B of what has this gradient by X, Y and B.
    @inline(__always)
    func gradient(x: Lanes, y: Lanes, b: Lanes) -> (red: Lanes, green: Lanes, blue: Lanes) {
        @inline(__always) func slope(_ root: Lanes) -> Lanes {
            let whole = root + Ssimulacra2Constants.rootOfBias
            return 1 / (whole * whole * 3)
        }
        let bright = (y - b) * 0.5
        let gradients = [(bright + x * 7) * slope(long), (bright - x * 7) * slope(middle), b * slope(short)]
        @inline(__always) func colour(_ index: Int) -> Lanes {
            let cones = Ssimulacra2Constants.cones
            return gradients[0] * cones[0][index] + gradients[1] * cones[1][index] + gradients[2] * cones[2][index]
        }
        return (colour(0), colour(1), colour(2))
    }
}
