#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The discrete Fourier transform of so many numbers, a power of two: Cooley and Tukey's, radix 2, in place.
struct FourierTransform: Sendable {
    private let size: Int
    /// e^(−2πik/size) for k below size / 2.
    private let turns: [(cosine: Double, sine: Double)]

    init(size: Int) {
        precondition(size > 1 && size & (size - 1) == 0, "a power of two")
        self.size = size
        turns = (0..<size / 2).map { k in
            let angle = -2 * Double.pi * Double(k) / Double(size)
            return (cos(angle), sin(angle))
        }
    }

    /// |X(k)|² for k = 0 … size / 2 of `size` real numbers.
    func powers(_ values: [Double]) -> [Double] {
        var (real, imaginary) = (reversedBits(values), [Double](repeating: 0, count: size))
        var length = 2
        while length <= size {
            for start in stride(from: 0, to: size, by: length) {
                for k in 0..<length / 2 { butterfly(&real, &imaginary, start + k, length / 2, turns[k * (size / length)]) }
            }
            length *= 2
        }
        return (0...size / 2).map { real[$0] * real[$0] + imaginary[$0] * imaginary[$0] }
    }

    private func butterfly(
        _ real: inout [Double], _ imaginary: inout [Double], _ low: Int, _ half: Int, _ turn: (cosine: Double, sine: Double)
    ) {
        let high = low + half
        let re = real[high] * turn.cosine - imaginary[high] * turn.sine
        let im = real[high] * turn.sine + imaginary[high] * turn.cosine
        (real[high], imaginary[high]) = (real[low] - re, imaginary[low] - im)
        (real[low], imaginary[low]) = (real[low] + re, imaginary[low] + im)
    }

    private func reversedBits(_ values: [Double]) -> [Double] {
        let shift = UInt32(32 - size.trailingZeroBitCount)
        return values.indices.map { index in
            var reversed: UInt32 = 0
            for bit in 0..<32 where index >> bit & 1 == 1 { reversed |= 1 << UInt32(31 - bit) }
            return values[Int(reversed >> shift)]
        }
    }
}
