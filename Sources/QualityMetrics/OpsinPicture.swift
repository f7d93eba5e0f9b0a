#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
internal import Ssimulacra2Constants

/// A picture in linear light: `[height][width]` of R, G and B in 0 … 1, the fourth number 0.
struct LinearPicture {
    let width: Int
    let height: Int
    let pixels: [SIMD4<Float>]

    /// One picture of a comparison, taken for sRGB (IEC 61966-2-1).
    init(_ comparison: PictureComparison, _ side: PictureComparison.Side) {
        let picture = side == .first ? comparison.first : comparison.second
        let table = (0...comparison.peak).map { Self.linear(Double($0) / Double(comparison.peak)) }
        var pixels: [SIMD4<Float>] = []
        pixels.reserveCapacity(comparison.width * comparison.height)
        for y in 0..<comparison.height {
            let (red, green, blue) = (picture.row(y, channel: 0), picture.row(y, channel: 1), picture.row(y, channel: 2))
            for ((r, g), b) in zip(zip(red, green), blue) { pixels.append(SIMD4(table[r], table[g], table[b], 0)) }
        }
        (width, height, self.pixels) = (comparison.width, comparison.height, pixels)
    }

    private init(width: Int, height: Int, pixels: [SIMD4<Float>]) {
        (self.width, self.height, self.pixels) = (width, height, pixels)
    }

    private static func linear(_ value: Double) -> Float {
        Float(value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4))
    }

    /// Half the sides, rounded up, by the mean of each 2 × 2 pixels; an odd last row or column counts twice.
    func halved() -> LinearPicture {
        let (halfWidth, halfHeight) = ((width + 1) / 2, (height + 1) / 2)
        var half: [SIMD4<Float>] = []
        half.reserveCapacity(halfWidth * halfHeight)
        for y in 0..<halfHeight {
            let (upper, lower) = (2 * y * width, min(2 * y + 1, height - 1) * width)
            for left in stride(from: 0, to: width, by: 2) {
                let right = min(left + 1, width - 1)
                half.append((pixels[upper + left] + pixels[upper + right] + pixels[lower + left] + pixels[lower + right]) * 0.25)
            }
        }
        return LinearPicture(width: halfWidth, height: halfHeight, pixels: half)
    }
}

/// A picture in XYB, shifted so that all is positive: `[height][width]` of X, Y and B.
///
/// XYB is JPEG XL's (ISO/IEC 18181-1, annex L): cube roots of what the eye's three cones take in, as their difference, their mean
/// and blue; SSIMULACRA2 takes B − Y for blue, and 14 times X.
struct OpsinPicture {
    let width: Int
    let height: Int
    let pixels: [SIMD4<Float>]

    init(_ linear: LinearPicture) {
        (width, height) = (linear.width, linear.height)
        pixels = linear.pixels.map(Self.opsin)
    }

    /// What all cones take in of R, of G and of B.
    private static let responses = (0..<3).map { colour in
        let cones = Ssimulacra2Constants.cones.map { $0[colour] }
        return SIMD4<Float>(cones[0], cones[1], cones[2], 0)
    }

    private static func opsin(_ linear: SIMD4<Float>) -> SIMD4<Float> {
        let cones = responses[0] * linear.x + responses[1] * linear.y + responses[2] * linear.z + Ssimulacra2Constants.bias
        let zero = Ssimulacra2Constants.rootOfBias
        let (long, middle, short) = (cbrt(cones.x) - zero, cbrt(cones.y) - zero, cbrt(cones.z) - zero)
        let (x, y) = (0.5 * (long - middle), 0.5 * (long + middle))
        return SIMD4(14 * x + 0.42, y + 0.01, short - y + 0.55, 0)
    }
}
