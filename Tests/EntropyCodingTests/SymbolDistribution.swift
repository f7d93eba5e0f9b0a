import TestSupport

/// A distribution for tests: frequencies that sum to 65 536, each at least 1, and symbols drawn from it.
struct SymbolDistribution {
    let frequencies: [UInt32]
    let cumulative: [UInt32]

    init(frequencies: [UInt32]) {
        precondition(frequencies.reduce(0, +) == 65536 && frequencies.allSatisfy { $0 >= 1 })
        self.frequencies = frequencies
        cumulative = frequencies.reduce(into: [0]) { $0.append($0.last! + $1) }
    }

    /// `count` symbols at random cuts; the more skew, the closer together the cuts.
    init(count: Int, using generator: inout SeededGenerator) {
        var cuts: Set<UInt32> = []
        let reach: UInt32 = max(UInt32(count), 1 << UInt32.random(in: 4...16, using: &generator)) - 1
        while cuts.count < count - 1 { cuts.insert(UInt32.random(in: 1...max(1, reach), using: &generator)) }
        let bounds = [0] + cuts.sorted() + [65536]
        self.init(frequencies: zip(bounds, bounds.dropFirst()).map { $1 - $0 })
    }

    func draw(using generator: inout SeededGenerator) -> Int {
        symbol(at: UInt32.random(in: 0..<65536, using: &generator))
    }

    func symbol(at target: UInt32) -> Int {
        cumulative.lastIndex { $0 <= target }!
    }
}
