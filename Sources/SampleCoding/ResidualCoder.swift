internal import EntropyCoding

/// Codes the residual of a sample as a walk down a tree of intervals (SPEC §14.6, §14.7).
struct ResidualCoder {
    /// First magnitudes of the classes.
    private static let classes: [Int32] = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257]
    private static let classCount = 15
    private static let far: Int32 = 1 << 17

    /// Samples are coded up to (step − 1)/2 exactly.
    private let step: Int32
    private let tails = LogisticTables.tails
    private let mantissas = LogisticTables.mantissaLogarithms
    private let firsts = Self.classes

    init(step: Int) { self.step = Int32(step) }

    /// The value nearest to `sample` that can be coded.
    @inline(__always)
    func nearest(to sample: Int32, center: Int32) -> Int32 {
        let difference = sample &- center
        let steps = (abs(difference) &+ step / 2) / step
        return difference < 0 ? 0 &- steps : steps
    }

    @inline(__always)
    func sample(_ residual: Int32, center: Int32) -> Int32 { min(max(center &+ residual &* step, 0), 255) }

    /// - Parameter wanted: what to write; a reader does not look at it.
    @inline(__always)
    func code(_ wanted: Int32, of channel: SampleChannel, with coder: inout some BitCoder) -> Int32 {
        let middle = SampleChannel.scale &* channel.center
        let half = 32 &* step
        let (below, above) = (middle &- half, middle &+ half)
        if bit(wanted == 0, 0, channel, from: below, to: above, elseAround: true, &coder) { return 0 }
        let isPositive = bit(
            wanted > 0, 1, channel, from: above, to: Self.far, elseFrom: -Self.far, elseTo: below, &coder)
        let room = isPositive ? 255 &- channel.center : channel.center
        let most = (room &+ step / 2) / step
        let magnitude = magnitude(abs(wanted), most: most, isPositive: isPositive, channel, middle, &coder)
        return isPositive ? magnitude : 0 &- magnitude
    }

    @inline(__always)
    private func first(_ k: Int) -> Int32 { unsafe firsts.withUnsafeBufferPointer { unsafe $0[k] } }

    private func magnitude(
        _ wanted: Int32, most: Int32, isPositive: Bool, _ channel: SampleChannel, _ middle: Int32,
        _ coder: inout some BitCoder
    ) -> Int32 {
        let walk = Walk(middle: middle, step: step, most: most, isPositive: isPositive)
        var k = 0
        while k < Self.classCount, first(k &+ 1) <= most {
            let node = 2 &+ 2 &* k &+ (isPositive ? 1 : 0)
            if bit(wanted < first(k &+ 1), node, channel, walk, first(k), first(k &+ 1), most &+ 1, &coder) { break }
            k &+= 1
        }
        var (low, high) = (first(k), min(first(k &+ 1), most &+ 1))
        var node = 34 &+ min(k, 11)
        while high &- low > 1 {
            let between = (low &+ high) &>> 1
            if bit(wanted < between, node, channel, walk, low, between, high, &coder) { high = between } else { low = between }
            node = 46 &+ min(k, 11)
        }
        return low
    }

    /// Turns magnitudes into intervals on their side of the centre.
    private struct Walk {
        let middle: Int32
        let step: Int32
        let most: Int32
        let isPositive: Bool

        /// Where magnitude `a` starts, seen from the centre.
        @inline(__always)
        func boundary(_ a: Int32) -> Int32 {
            if a > most { return isPositive ? ResidualCoder.far : -ResidualCoder.far }
            let distance = 64 &* step &* a &- 32 &* step
            return isPositive ? middle &+ distance : middle &- distance
        }
    }

    /// Magnitudes `low ..< between` against `between ..< high`.
    @inline(__always)
    private func bit(
        _ wanted: Bool, _ node: Int, _ channel: SampleChannel, _ walk: Walk, _ low: Int32, _ between: Int32, _ high: Int32,
        _ coder: inout some BitCoder
    ) -> Bool {
        let (a, b, c) = (walk.boundary(low), walk.boundary(between), walk.boundary(high))
        return walk.isPositive
            ? bit(wanted, node, channel, from: a, to: b, elseFrom: b, elseTo: c, &coder)
            : bit(wanted, node, channel, from: b, to: a, elseFrom: c, elseTo: b, &coder)
    }

    /// One interval against another, or, `elseAround`, against everything outside of it.
    @inline(__always)
    private func bit(
        _ wanted: Bool, _ node: Int, _ channel: SampleChannel, from: Int32, to: Int32, elseFrom: Int32 = 0,
        elseTo: Int32 = 0, elseAround: Bool = false, _ coder: inout some BitCoder
    ) -> Bool {
        let inputs = unsafe channel.mixture.inputs
        for i in 0..<BitMixture.predictionCount {
            let curve = unsafe Logistic(channel.predictions[i], channel.precisions[i], tails: tails)
            let yes = curve.mass(from, to)
            let no = elseAround
                ? curve.mass(-Self.far, from) &+ curve.mass(to, Self.far) : curve.mass(elseFrom, elseTo)
            let odds = logarithm(yes &+ 1) &- logarithm(no &+ 1)
            unsafe inputs[i] = min(max(odds, -2047), 2047)
        }
        var mixture = channel.mixture
        mixture.begin(variable: node)
        return coder.code(wanted, of: &mixture)
    }

    /// ``SampleTables/logarithm(_:)`` without checks.
    @inline(__always)
    private func logarithm(_ value: Int32) -> Int32 {
        let exponent = 31 &- Int32(truncatingIfNeeded: value.leadingZeroBitCount)
        let fraction = (value &<< (30 &- exponent)) &>> 22 & 255
        return unsafe 128 &* exponent &+ mantissas.withUnsafeBufferPointer { unsafe $0[Int(fraction)] }
    }
}

/// A logistic distribution around a prediction.
private struct Logistic {
    private let mean: Int32
    private let precision: Int64
    private let tails: [Int32]

    @inline(__always)
    init(_ mean: Int32, _ precision: Int32, tails: [Int32]) {
        self.mean = mean
        self.precision = Int64(precision)
        self.tails = tails
    }

    /// 2^24 times the probability between two values in 1/64.
    @inline(__always)
    func mass(_ from: Int32, _ to: Int32) -> Int32 {
        let (u, v) = (position(from), position(to))
        if u >= 0 { return tail(u) &- tail(v) }
        return (v >= 0 ? 1 &<< 24 &- tail(v) : tail(0 &- v)) &- tail(0 &- u)
    }

    @inline(__always)
    private func position(_ value: Int32) -> Int64 { (Int64(value &- mean) &* precision) &>> 14 }

    @inline(__always)
    private func tail(_ z: Int64) -> Int32 {
        unsafe tails.withUnsafeBufferPointer { unsafe $0[Int(min(4095, z))] }
    }
}
