internal import EntropyCoding

/// What is remembered of a residual, as contexts of later ones.
struct ResidualClass {
    /// Index of its magnitude's interval, in steps of the spread.
    var magnitude = 0
    var isPositive = false
}

/// Codes a sample as a walk down a tree of decisions: the side of its prediction, the class of its distance, the half of the
/// class, then bits that are equally likely (SPEC §16.9).
struct ResidualCircuit {
    /// The sample coded last.
    private(set) var last = ResidualClass()
    private var magnitudeBefore = 0

    private var scales: ScaleMixture
    private var decisions = DecisionMixture()
    /// Greatest sample; the least is −highest − 1.
    private let highest: Int64

    init(width: Int) {
        scales = ScaleMixture(width: max(1, width))
        highest = 1 << Int64(max(1, width) - 1) - 1
    }

    /// One sample's walk: boundaries are magnitudes on one side of the prediction.
    private struct Side {
        /// Where magnitude 0 starts, in 1/16.
        let origin: Int64
        /// Classes start at multiples of 2^step.
        let step: Int64
        let isPositive: Bool

        @inline(__always)
        func boundary(_ magnitude: Int64) -> Int64 {
            isPositive ? origin &+ 16 &* magnitude : origin &- 16 &* magnitude
        }
    }

    /// Magnitudes `low ..< high`, and the distribution's tails beyond their boundaries.
    private struct Interval {
        var low: Int64
        var high: Int64
        var lowTails: (Int64, Int64)
        var highTails: (Int64, Int64)
    }

    /// Where class `j` starts, in steps: 0, 1, 2, 3, 4, 6, 8, 12 and so on.
    @inline(__always)
    private func first(_ j: Int64) -> Int64 { j < 2 ? j : (2 &+ j & 1) &<< (j &>> 1 &- 1) }

    /// - Parameters:
    ///   - wanted: what to write; a reader does not look at it.
    ///   - prediction: in 1/16.
    ///   - beside: the partner's residual that was coded last.
    @inline(__always)
    mutating func code(
        _ wanted: Int64, prediction: Int64, beside: ResidualClass, with coder: inout some BitCoder
    ) -> Int64 {
        scales.begin(mean: prediction)
        let spread = scales.spread
        let step = max(0, Int64(64 &- (spread &>> 12).leadingZeroBitCount) &- 1)
        let center = (prediction &+ 15) &>> 4
        let origin = 16 &* center &- 8
        let start = scales.tails(beyond: origin)
        decisions.contexts = (
            step == 0 ? Int(prediction & 15) : 16, (beside.isPositive ? 1 : 0) &+ (last.isPositive ? 2 : 0))
        let isPositive = decide(wanted >= center, 0, scales.mixed(start), of: 1 &<< 24, &coder)
        let side = Side(origin: origin, step: step, isPositive: isPositive)
        decisions.contexts = magnitudeContexts(spread: spread, step: step, beside: beside)
        let most = isPositive ? highest &- center : center &+ highest
        let distance = isPositive ? wanted &- center : center &- 1 &- wanted
        var interval = Interval(low: 0, high: 0, lowTails: start, highTails: start)
        let j = chooseClass(of: distance, most: most, side, &interval, &coder)
        if interval.high &- interval.low > 1 { halve(&interval, class: j, distance, side, &coder) }
        let magnitude = interval.low &+ uniform(distance &- interval.low, below: interval.high &- interval.low, &coder)
        let sample = min(max(isPositive ? center &+ magnitude : center &- 1 &- magnitude, -1 &- highest), highest)
        scales.learn(between: interval.lowTails, and: interval.highTails, distance: abs(16 &* sample &- prediction))
        magnitudeBefore = last.magnitude
        last = ResidualClass(magnitude: Int(j), isPositive: isPositive)
        return sample
    }

    /// Decides for classes until one holds the distance.
    @inline(__always)
    private mutating func chooseClass(
        of distance: Int64, most: Int64, _ side: Side, _ interval: inout Interval, _ coder: inout some BitCoder
    ) -> Int64 {
        var j: Int64 = 0
        var from = scales.mixed(interval.lowTails)
        while true {
            interval.high = first(j &+ 1) &<< side.step
            interval.highTails = scales.tails(beyond: side.boundary(interval.high))
            if interval.high > most { return j }
            let to = scales.mixed(interval.highTails)
            let whole = side.isPositive ? from : 1 &<< 24 &- from
            let node = 1 &+ 2 &* Int(min(14, j)) &+ (side.isPositive ? 1 : 0)
            if decide(distance < interval.high, node, abs(from &- to), of: whole, &coder) { return j }
            (interval.low, interval.lowTails, from, j) = (interval.high, interval.highTails, to, j &+ 1)
        }
    }

    @inline(__always)
    private mutating func halve(
        _ interval: inout Interval, class j: Int64, _ distance: Int64, _ side: Side, _ coder: inout some BitCoder
    ) {
        let middle = (interval.low &+ interval.high) &>> 1
        let tails = scales.tails(beyond: side.boundary(middle))
        let from = scales.mixed(interval.lowTails)
        let part = abs(from &- scales.mixed(tails)), whole = abs(from &- scales.mixed(interval.highTails))
        if decide(distance < middle, 31 &+ Int(min(11, j)), part, of: whole, &coder) {
            (interval.high, interval.highTails) = (middle, tails)
        } else {
            (interval.low, interval.lowTails) = (middle, tails)
        }
    }

    /// - Parameter count: of equally likely values, a power of two.
    @inline(__always)
    private func uniform(_ wanted: Int64, below count: Int64, _ coder: inout some BitCoder) -> Int64 {
        var left = count.trailingZeroBitCount
        var value: Int64 = 0
        while left > 0 {
            let bits = min(16, left)
            left &-= bits
            let part = UInt32(truncatingIfNeeded: wanted &>> Int64(left)) & (1 &<< UInt32(bits) &- 1)
            value = value &<< Int64(bits) | Int64(coder.code(uniform: part, count: bits))
        }
        return value
    }

    @inline(__always)
    private func magnitudeContexts(spread: Int64, step: Int64, beside: ResidualClass) -> (Int, Int) {
        let fineness = min(max(quarters(spread) &- 4 &* (12 &+ Int(step)), 0), 7)
        let trend = min(max(quarters(scales.spreads.0 &+ 200) &>> 1 &- quarters(scales.spreads.1 &+ 200) &>> 1 &+ 3, 0), 7)
        let magnitudes = 32 &* min(7, beside.magnitude) &+ 4 &* min(7, last.magnitude) &+ min(3, magnitudeBefore)
        return (8 &* fineness &+ trend, magnitudes)
    }

    /// Four times the bits of a value, plus the two bits below its first.
    @inline(__always)
    private func quarters(_ value: Int64) -> Int {
        let bits = 64 &- value.leadingZeroBitCount
        return 4 &* bits &+ Int(truncatingIfNeeded: (value &<< 2) &>> Int64(max(0, bits &- 1))) & 3
    }

    /// A decision for 1 with `part` of `whole`.
    @inline(__always)
    private mutating func decide(
        _ wanted: Bool, _ node: Int, _ part: Int64, of whole: Int64, _ coder: inout some BitCoder
    ) -> Bool {
        decisions.expected = min(max(((part &+ 1) &<< 16) / (whole &+ 2), 1), 65535)
        decisions.begin(variable: node)
        return coder.code(wanted, of: &decisions)
    }
}
