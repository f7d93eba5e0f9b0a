/// A sample's distribution: two logistic curves around its prediction, as wide as its errors were lately and of late, in a
/// sum whose weights follow Bayes' rule (SPEC §16.7).
struct ScaleMixture {
    /// Mean absolute errors in 1/4096, over some 16 samples and some 64.
    private(set) var spreads: (Int64, Int64)
    /// Of the second curve, of 65 536.
    private var weight: Int64 = 32768
    private let extra: Int64
    private let tables = WaveformTables.shared

    // For the next sample.
    private var mean: Int64 = 0
    private var inverses: (Int64, Int64) = (0, 0)
    private var reaches: (Int64, Int64) = (0, 0)

    /// - Parameter width: bits of a sample.
    init(width: Int) {
        let first: Int64 = 1 << Int64(12 + width / 2)
        spreads = (first, first)
        extra = Int64(max(0, width - 16))
    }

    /// The mean absolute error to expect, in 1/4096.
    @inline(__always)
    var spread: Int64 { ((65536 &- weight) &* spreads.0 &+ weight &* spreads.1) &>> 16 }

    @inline(__always)
    mutating func begin(mean: Int64) {
        self.mean = mean
        let (a, b) = (spreads.0 &+ 200, spreads.1 &+ 200)
        inverses = ((9824 &<< (20 &+ extra)) / a, (9824 &<< (20 &+ extra)) / b)
        reaches = (a &>> 5, b &>> 5)
    }

    /// 2^24 times the probability of more than `boundary`, in 1/16: under either curve.
    @inline(__always)
    func tails(beyond boundary: Int64) -> (Int64, Int64) {
        let distance = boundary &- mean
        return (tail(distance, reaches.0, inverses.0), tail(distance, reaches.1, inverses.1))
    }

    /// Beyond `reach` the curve is as good as flat.
    @inline(__always)
    private func tail(_ distance: Int64, _ reach: Int64, _ inverse: Int64) -> Int64 {
        let z = (min(max(distance, 0 &- reach), reach) &* inverse) &>> (16 &+ extra)
        let beyond = unsafe Int64(tables.tails[Int(min(4095, abs(z)))])
        return z >= 0 ? beyond : 1 &<< 24 &- beyond
    }

    /// Under the mixture.
    @inline(__always)
    func mixed(_ tails: (Int64, Int64)) -> Int64 { ((65536 &- weight) &* tails.0 &+ weight &* tails.1) &>> 16 }

    /// Learns that a sample lies between two boundaries with these tails, and how far from its prediction it is, in 1/16.
    @inline(__always)
    mutating func learn(between a: (Int64, Int64), and b: (Int64, Int64), distance: Int64) {
        let (first, second) = (abs(a.0 &- b.0) &+ 16, abs(a.1 &- b.1) &+ 16)
        let evidence = ((65536 &- weight) &* first &+ weight &* second) &>> 16
        let posterior = (weight &* second) / (evidence &+ 1)
        weight = posterior &+ (32768 &- posterior) &>> 7
        spreads.0 &+= (distance &<< 8 &- spreads.0) &>> 4
        spreads.1 &+= (distance &<< 8 &- spreads.1) &>> 6
    }
}
