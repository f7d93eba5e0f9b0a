internal import EntropyCoding

/// Colours that a pixel may take over whole: what followed the same neighbours before, and the neighbours themselves
/// (SPEC §14.9).
///
/// Text, icons and flat areas repeat exactly, which no prediction of a sample expresses. Four tables remember what stood
/// where 10, 6, 4 and 2 neighbours looked like this; whether they are right is mixed from how often they were.
///
/// Source: contexts of several orders mixed as in Mattern, "Mixing Strategies in Data Compression" (DCC 2012).
@safe final class ColorCopies {
    private static let orders = [10, 6, 4, 2]
    private static let orderCount = 4
    private static let rankCount = 4
    private static let logEntries = 18
    private static let inputCount = orderCount + 2
    private static let patternCount = 1024

    /// What followed some neighbours: a colour of 24 bits, 14 bits of the neighbours' hash, and how far it is trusted, 0 (nothing
    /// is there) … 15.
    private struct Entry {
        var color: Int32 = 0
        var check: UInt16 = 0
        var count: UInt16 = 0
    }

    /// What is said of one candidate, and where to learn from it.
    private struct Opinion {
        var inputs = SIMD8<Int32>()
        var hits = SIMD4<Int32>(repeating: -1)
        var pattern = 0
        var weights = 0
        var odds: Int32 = 0
    }

    private var colors: SampleRows
    private var near = Surroundings()
    /// Of the pixel, by rank.
    private var candidates = SIMD4<Int32>()
    /// Of the candidate that is asked about.
    private var opinion = Opinion()
    /// `[order][entry]`.
    private let tables: UnsafeMutablePointer<Entry>
    /// The entries of the pixel, as indices of `tables`.
    private var places = SIMD4<Int32>()
    /// `[order][whether it names the candidate][count][rank]`: how likely the candidate is right.
    private var hits: [Int32]
    /// `[rank][pattern]`.
    private var patterns = [AdaptiveCounter](repeating: AdaptiveCounter(), count: rankCount * patternCount)
    /// `[rank][orders that agree]`, for each input.
    private var weights = [SIMD8<Int32>](
        repeating: SIMD8(23000, 23000, 23000, 23000, 23000, 23000, 0, 0), count: rankCount * (orderCount + 1))
    private let stretched = LogisticTables.stretched
    private let squashed = LogisticTables.squashed
    private let paces = AdaptiveCounter.paces

    init(width: Int) {
        colors = SampleRows(width: width)
        let count = Self.orderCount << Self.logEntries
        unsafe tables = .allocate(capacity: count)
        unsafe tables.initialize(repeating: Entry(), count: count)
        hits = (0..<Self.orderCount * 2 * 16 * Self.rankCount).map {
            let (count, names) = (Int32($0 / Self.rankCount % 16), $0 / (Self.rankCount * 16) % 2 == 1)
            return names ? 45875 + 1180 * count : 19661
        }
    }

    deinit { unsafe tables.deallocate() }

    func startRow() { colors.startRow() }

    func finishRow() { colors.finishRow() }

    /// Codes whether the pixel takes one of the candidates, and which.
    ///
    /// - Parameter accepts: whether a colour will do; a reader ignores the answer.
    /// - Returns: the colour, or nil where it is new.
    @inline(__always)
    func code(_ x: Int, with coder: inout some BitCoder, accepts: (Int32) -> Bool) -> Int32? {
        near = Surroundings(colors, x)
        findEntries()
        var circuit = self
        for rank in 0..<listCandidates() {
            begin(variable: rank)
            if coder.code(accepts(candidates[rank]), of: &circuit) { return candidates[rank] }
        }
        return nil
    }

    /// Remembers the pixel's colour.
    @inline(__always)
    func learn(_ color: Int32, at x: Int) {
        unsafe colors.row[x] = color
        for order in 0..<Self.orderCount {
            let entry = unsafe tables + Int(places[order])
            if unsafe entry.pointee.color == color, unsafe entry.pointee.count > 0 {
                unsafe entry.pointee.count = min(15, entry.pointee.count &+ 1)
            } else {
                unsafe entry.pointee.count &>>= 1
                if unsafe entry.pointee.count <= 1 {
                    unsafe entry.pointee.color = color
                    unsafe entry.pointee.count = 1
                }
            }
        }
    }
}

/// The colours around a pixel.
private struct Surroundings {
    /// W, N, NW, NE, WW, NN, NEE, NWW, NNE, NNW.
    let colors: InlineArray<10, Int32>

    @inline(__always)
    init() { colors = .init(repeating: 0) }

    @inline(__always)
    init(_ rows: borrowing SampleRows, _ x: Int) {
        let (row, above, above2) = unsafe (rows.row + x, rows.above + x, rows.above2 + x)
        colors = unsafe [
            row[-1], above[0], above[-1], above[1], row[-2], above2[0], above[2], above[-2], above2[1], above2[-1],
        ]
    }

    var west: Int32 { colors[0] }
    var north: Int32 { colors[1] }
    var northWest: Int32 { colors[2] }
    var northEast: Int32 { colors[3] }

    /// Ten comparisons, of which the first six are with `color`.
    @inline(__always)
    func pattern(of color: Int32) -> Int {
        var pattern = 0
        for i in 0..<6 where colors[i] == color { pattern |= 1 &<< i }
        if west == north { pattern |= 64 }
        if north == northEast { pattern |= 128 }
        if west == northWest { pattern |= 256 }
        if north == northWest { pattern |= 512 }
        return pattern
    }
}

extension ColorCopies {
    /// Looks up the entries of the surroundings; one that was made for others is emptied.
    @inline(__always)
    private func findEntries() {
        var hash: UInt32 = 0
        var order = Self.orderCount &- 1
        for i in 0..<10 {
            hash = (hash ^ UInt32(bitPattern: near.colors[i])) &* 0x9E37_79B1
            hash ^= hash &>> 15
            guard i &+ 1 == (order == 3 ? 2 : order == 2 ? 4 : order == 1 ? 6 : 10) else { continue }
            let mixed = hash &* 0x85EB_CA6B
            let place = order &<< Self.logEntries | Int(mixed &>> 14)
            let check = UInt16(truncatingIfNeeded: mixed & 0x3FFF)
            places[order] = Int32(truncatingIfNeeded: place)
            let entry = unsafe tables + place
            if unsafe entry.pointee.check != check { unsafe entry.pointee = Entry(color: 0, check: check, count: 0) }
            order &-= 1
        }
    }

    @inline(__always)
    private func entry(_ order: Int) -> Entry { unsafe tables[Int(places[order])] }

    /// At most four different colours: those of the entries, longest context first, then of the nearest neighbours.
    ///
    /// - Returns: how many.
    @inline(__always)
    private func listCandidates() -> Int {
        var list = SIMD4<Int32>(repeating: -1)
        var count = 0
        @inline(__always) func add(_ color: Int32) {
            guard count < Self.rankCount, !any(list .== color) else { return }
            list[count] = color
            count &+= 1
        }
        for order in 0..<Self.orderCount {
            let entry = entry(order)
            if entry.count > 0 { add(entry.color) }
        }
        for i in 0..<4 { add(near.colors[i]) }
        candidates = list
        return count
    }

    @inline(__always)
    private func opinion(on candidate: Int32, rank: Int) -> Opinion {
        var opinion = Opinion()
        var agreeing = 0
        for order in 0..<Self.orderCount {
            let entry = entry(order)
            guard entry.count > 0 else { continue }
            let names = entry.color == candidate ? 1 : 0
            agreeing &+= names
            let hit = ((order &* 2 &+ names) &* 16 &+ Int(entry.count)) &* Self.rankCount &+ rank
            opinion.hits[order] = Int32(truncatingIfNeeded: hit)
            opinion.inputs[order] = stretch(hits[hit])
        }
        opinion.pattern = rank &* Self.patternCount &+ near.pattern(of: candidate)
        opinion.inputs[4] = stretch(patterns[opinion.pattern].probability)
        opinion.inputs[5] = 40
        opinion.weights = rank &* (Self.orderCount &+ 1) &+ agreeing
        opinion.odds = mixed(weights[opinion.weights], opinion.inputs)
        return opinion
    }

    /// Takes 64 bits: six products of a weight of up to 2^19 and log odds below 2^11.
    @inline(__always)
    private func mixed(_ weights: SIMD8<Int32>, _ inputs: SIMD8<Int32>) -> Int32 {
        var sum: Int64 = 0
        for i in 0..<Self.inputCount { sum &+= Int64(weights[i]) &* Int64(inputs[i]) }
        return Int32(truncatingIfNeeded: min(max(sum &>> 16, -2047), 2047))
    }

    @inline(__always)
    private func stretch(_ probability: Int32) -> Int32 { stretched[Int(probability &>> 4)] }

    @inline(__always)
    private func squash(_ odds: Int32) -> Int32 { squashed[Int(odds &+ 2048)] }

    @inline(__always)
    private func learn(_ isTaken: Bool) {
        let error = (isTaken ? 65536 : 0) &- squash(opinion.odds)
        let moved = weights[opinion.weights] &+ (opinion.inputs &* error &+ (1 &<< 14)) &>> SIMD8(repeating: 15)
        weights[opinion.weights] = moved.clamped(
            lowerBound: SIMD8(repeating: -1 &<< 19), upperBound: SIMD8(repeating: 1 &<< 19))
        let target: Int32 = isTaken ? 65535 : 0
        for order in 0..<Self.orderCount where opinion.hits[order] >= 0 {
            let place = Int(opinion.hits[order])
            hits[place] = min(max(hits[place] &+ (target &- hits[place]) &>> 6, 16), 65520)
        }
        unsafe paces.withUnsafeBufferPointer { unsafe patterns[opinion.pattern].learn(isTaken, paces: $0) }
    }
}

/// A pixel is a walk along its candidates, which ends at the first that is taken.
extension ColorCopies: BitCircuit {
    var variableCount: Int { Self.rankCount }

    var probability: Int32 { min(max(squash(opinion.odds), 4), 65532) }

    @inline(__always)
    func begin(variable: Int) { opinion = opinion(on: candidates[variable], rank: variable) }

    @inline(__always)
    func condition(on symbol: Int32) { learn(symbol != 0) }
}
