/// A Gaussian window of σ = 1.5 whose weights add up to one.
struct GaussianWindow: Sendable {
    let length: Int
    /// Of pairs of taps, from the ends inwards, and of the middle one where there is one.
    private var weights = InlineArray<6, Float>(repeating: 0)

    /// Eleven taps, or as many as there are samples where those are fewer (Wang et al. 2004, §III-C).
    init(samples: Int) {
        length = min(11, samples)
        var sum: Float = 0
        for tap in 0..<(length + 1) / 2 {
            // Twice the distance from the middle, over 2σ² and ln 2.
            let distance = Float(length - 1 - 2 * tap)
            weights[tap] = Lanes(repeating: distance * distance * -0.080_149_72).powersOfTwo[0]
            sum += weights[tap] * (distance == 0 ? 1 : 2)
        }
        for i in 0..<6 { weights[i] /= sum }
    }

    /// - Parameter half: the middle weight and those to one side of it; at most six.
    init(half: [Float]) {
        length = 2 * half.count - 1
        for (i, weight) in half.enumerated() { weights[half.count - 1 - i] = weight }
    }

    /// How many places the window has among so many samples without leaving them.
    func positions(in samples: Int) -> Int { samples - length + 1 }

    /// Means down the columns with the window's first tap at row `y`: `means[0 ..< planes.width]`.
    func down(_ planes: FloatPlanes, _ plane: Int, row y: Int, into means: UnsafeMutableBufferPointer<Float>) {
        let first = unsafe planes.row(plane, y).baseAddress!
        let step = length == 1 ? 0 : unsafe planes.row(plane, y + 1).baseAddress! - first
        unsafe filter(UnsafeMutableBufferPointer(start: first, count: planes.width), step: step, count: planes.width, into: means)
    }

    /// Means along a line with the window's first tap at each of its first `count` places.
    func across(_ line: UnsafeMutableBufferPointer<Float>, count: Int, into means: UnsafeMutableBufferPointer<Float>) {
        unsafe filter(line, step: 1, count: count, into: means)
    }

    private func filter(
        _ line: UnsafeMutableBufferPointer<Float>, step: Int, count: Int, into means: UnsafeMutableBufferPointer<Float>
    ) {
        let last = (length - 1) * step
        for x in Swift.stride(from: 0, to: count, by: 16) {
            var sum = WideLanes()
            for tap in 0..<length / 2 {
                let (a, b): (WideLanes, WideLanes) = unsafe (line.lanes(x &+ tap &* step), line.lanes(x &+ last &- tap &* step))
                sum += (a + b) * weights[tap]
            }
            if length % 2 == 1 {
                let middle: WideLanes = unsafe line.lanes(x &+ last / 2)
                sum += middle * weights[length / 2]
            }
            unsafe means.store(sum, at: x)
        }
    }
}
