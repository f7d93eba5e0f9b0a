package import EntropyCoding

/// The prior of one latent vector: a mixture of Gaussians integrated over quantisation cells.
///
/// As a probabilistic circuit it is a sum node over `components` products of independent leaves. Walking it in channel
/// order and conditioning the sum's weights on every coded symbol carries the correlation inside the vector at the
/// price of a few table look-ups (SPEC §10; Zhu et al., CVPR 2022).
///
/// Means and offsets are in 1/64 of a quantisation step, weights are Q16 with sum exactly 65 536.
package struct GaussianMixture: Sendable {
    package static let maximumComponents = 4
    package static let maximumGroup = 16

    /// A value per mixture component and vector channel, `[channel][component]`.
    typealias PerLeaf<T> = InlineArray<64, T>

    let tables: EntropyTables
    let components: Int
    let group: Int
    var weights = InlineArray<4, UInt32>(repeating: 0)
    /// Where a symbol of zero stands: `[channel]`.
    var centre = InlineArray<16, Int32>(repeating: 0)
    var offset = PerLeaf<Int32>(repeating: 0)
    var scaleIndex = PerLeaf<UInt8>(repeating: 0)
    /// No symbol of the vector is coded: all are zero (SPEC §10.4).
    var isSkipped = false

    // The component being coded.
    var channel = 0
    /// Symbols are `-alphabetReach ... alphabetReach`; the two outermost are escapes.
    package private(set) var alphabetReach: Int32 = 1
    var floorScale: UInt64 = 0
    var inverse = InlineArray<4, UInt32>(repeating: 0)

    package init(tables: EntropyTables, components: Int, group: Int) {
        precondition((1...Self.maximumComponents).contains(components) && (1...Self.maximumGroup).contains(group))
        self.tables = tables
        self.components = components
        self.group = group
    }

    /// Makes integers in proportion to `evidence` that sum to 65 536, each at least 1 (SPEC §10.2, normalise).
    @inline(__always)
    mutating func normalise(_ evidence: InlineArray<4, UInt64>) {
        var sum: UInt64 = 0
        var greatest = 0
        for k in 0..<components {
            sum &+= evidence[k]
            if evidence[k] > evidence[greatest] { greatest = k }
        }
        var total: UInt32 = 0
        for k in 0..<components {
            weights[k] = max(1, UInt32(truncatingIfNeeded: (evidence[k] &<< 16) / sum))
            total &+= weights[k]
        }
        weights[greatest] = weights[greatest] &+ 65536 &- total
    }
}

extension GaussianMixture: SequentialCircuit {
    package var variableCount: Int { group }

    @inline(__always)
    package mutating func begin(variable: Int) {
        channel = variable
        var reach: Int32 = 0
        for k in 0..<components {
            let leaf = variable &* 4 &+ k
            let index = Int(scaleIndex[leaf])
            inverse[k] = tables.inverse[index]
            let distance = (Int32(truncatingIfNeeded: offset[leaf].magnitude) &+ 63) &>> 6
            reach = max(reach, Int32(tables.reach[index]) &+ distance)
        }
        alphabetReach = min(254, reach &+ 1)
        floorScale = UInt64(truncatingIfNeeded: 65535 &- 2 &* alphabetReach)
    }

    @inline(__always)
    package func interval(of symbol: Int32) -> SymbolInterval {
        let low = cumulative(below: symbol)
        return SymbolInterval(low: low, frequency: cumulative(below: symbol &+ 1) &- low)
    }

    /// Looks outwards from 0, which is the centre's symbol and the most frequent one.
    @inline(__always)
    package func symbol(at target: UInt32) -> (symbol: Int32, interval: SymbolInterval) {
        var symbol: Int32 = 0
        var low = cumulative(below: 0)
        var high: UInt32
        if target >= low {
            high = cumulative(below: 1)
            while target >= high {
                symbol &+= 1
                low = high
                high = cumulative(below: symbol &+ 1)
            }
        } else {
            repeat {
                symbol &-= 1
                high = low
                low = cumulative(below: symbol)
            } while target < low
        }
        return (symbol, SymbolInterval(low: low, frequency: high &- low))
    }

    /// Frequency of all symbols less than `symbol`, of 65 536: strictly increasing, 0 at the lowest symbol.
    @inline(__always)
    package func cumulative(below symbol: Int32) -> UInt32 {
        if symbol <= -alphabetReach { return 0 }
        if symbol > alphabetReach { return 65536 }
        let boundary = 64 &* symbol &- 32
        var mass: UInt64 = 0
        for k in 0..<components {
            let below = tables.massBelow(boundary &- offset[channel &* 4 &+ k], inverseScale: inverse[k])
            mass &+= UInt64(weights[k]) &* UInt64(below)
        }
        let scaled = ((mass &>> 16) &* floorScale) &>> 16
        return UInt32(truncatingIfNeeded: scaled) &+ UInt32(truncatingIfNeeded: symbol &+ alphabetReach)
    }

    @inline(__always)
    package mutating func condition(on symbol: Int32) {
        guard components > 1 else { return }
        var evidence = InlineArray<4, UInt64>(repeating: 0)
        for k in 0..<components {
            let away = offset[channel &* 4 &+ k]
            let low = symbol == -alphabetReach ? 0 : tables.massBelow(64 &* symbol &- 32 &- away, inverseScale: inverse[k])
            let high = symbol == alphabetReach ? 65536 : tables.massBelow(64 &* symbol &+ 32 &- away, inverseScale: inverse[k])
            evidence[k] = UInt64(weights[k]) &* UInt64(high &- low &+ 1)
        }
        normalise(evidence)
    }
}
