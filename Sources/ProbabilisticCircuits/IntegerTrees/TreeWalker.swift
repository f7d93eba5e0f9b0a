internal import EntropyCoding
internal import IntegerKernels

/// One walk through an ``IntegerTree``, variable by variable in the tree's order, of one sample or several abreast.
///
/// To the coder it is a ``SequentialCircuit``: the product of as many trees as samples go abreast, whose variables are
/// numbered in the order of the walk, that of all samples before the next.
///
/// A *mass* goes down each edge once, when its lower variable begins: the distribution of the hidden state given all
/// values so far. A *likelihood* goes up each edge at most once, when the subtree below is complete: what it says of
/// the state above. So a sample costs O(|p|), not the O(log(variables)·|p|) of general structures (Liu et al., ICLR
/// 2022, §4.1).
///
/// Messages of open variables are kept by depth: a variable's descendants follow it without a gap, so there is one
/// open variable at each depth.
struct TreeWalker: Sendable {
    let tree: IntegerTree
    /// How many samples are walked at once.
    let abreast: Int
    /// Products of 16-bit integers made so far, those with padding counted: a witness for tests of the cost.
    private(set) var multiplications = 0
    /// The current variable, and of which of the samples abreast.
    private var step: IntegerTree.Step
    private var sample = 0
    private var messages: TreeMessages
    /// 2^46 · (65 536 − alphabet) / the greatest cumulative mass, rounded down: less than 2^32.
    private var reciprocal: UInt64 = 0

    /// - Parameter abreast: at least 1.
    init(_ tree: IntegerTree, abreast: Int = 1) {
        self.tree = tree
        self.abreast = abreast
        step = tree.steps[0]
        let deepest = Int(tree.steps.lazy.map(\.depth).max() ?? 0)
        messages = TreeMessages(depths: deepest + 1, abreast: abreast, states: tree.shape.states, width: tree.width)
    }

    /// The mass, of 65 536, of all values less than `value`: 0 for 0, 65 536 for the alphabet's size, and strictly
    /// increasing between.
    ///
    /// The product stays below 2^62: no mass is greater than the one that the reciprocal was made for.
    @inline(__always)
    func cumulative(below value: Int) -> UInt32 {
        guard value < tree.shape.alphabet else { return 65536 }
        let mass = unsafe messages.withPredicted(sample) { predicted in
            unsafe tree.cumulatives.withUnsafeBufferPointer { rows in
                unsafe TreeKernels.dot(rows.baseAddress! + cumulativeRow(value), predicted, width: tree.width)
            }
        }
        let scaled = (UInt64(mass) &* reciprocal) &>> 46
        return UInt32(truncatingIfNeeded: scaled) &+ UInt32(truncatingIfNeeded: value)
    }

    /// Where the cumulative masses below `value` of the current variable are.
    @inline(__always)
    private func cumulativeRow(_ value: Int) -> Int {
        (Int(step.variable) &* (tree.shape.alphabet &+ 1) &+ value) &* tree.width
    }

    private mutating func takeInitial() {
        let (tree, abreast) = (tree, abreast)
        unsafe messages.withRows { rows in
            for sample in 0..<abreast {
                for state in 0..<tree.shape.states {
                    unsafe rows.predicted[sample &* tree.width &+ state] = tree.initial[state] &>> 1 | 1
                }
            }
        }
    }

    @inline(__always)
    private mutating func moveDown() {
        let (width, states, transitions, abreast) = (tree.width, tree.shape.states, tree.transitions, abreast)
        let above = Int(step.depth &- 1) &* abreast &* width
        let table = Int(step.variable) &* width &* width
        unsafe messages.withRows { rows in
            unsafe transitions.withUnsafeBufferPointer { tables in
                unsafe KernelImplementation.best.multiply(
                    rows.masses + above, by: tables.baseAddress! + table, count: abreast, length: states, width: width,
                    into: rows.products)
            }
            for start in stride(from: 0, to: abreast &* width, by: width) {
                unsafe TreeKernels.takeMass(
                    rows.products + start, floor: rows.floor, width: width, into: rows.predicted + start)
            }
        }
        multiplications &+= abreast &* states &* width
    }

    @inline(__always)
    private mutating func takeReciprocal() {
        let sum = unsafe messages.withPredicted(sample) { unsafe TreeKernels.sum($0, width: tree.width) }
        reciprocal = (UInt64(65536 &- tree.shape.alphabet) &<< 46) / (UInt64(sum) &* 65535)
    }

    /// Takes the value's mass in each state into the messages of the variable.
    @inline(__always)
    private mutating func see(_ value: Int) {
        let (width, cumulatives, row) = (tree.width, tree.cumulatives, cumulativeRow(value))
        let (isLeaf, sendsUp, own) = (step.isLeaf, step.sendsUp, sample &* width)
        let place = Int(step.depth) &* abreast &* width &+ own
        unsafe messages.withRows { rows in
            unsafe cumulatives.withUnsafeBufferPointer { cumulatives in
                unsafe TreeKernels.subtract(
                    cumulatives.baseAddress! + row, from: cumulatives.baseAddress! + row + width, floor: rows.floor,
                    width: width, into: rows.message)
            }
            if sendsUp {
                unsafe TreeKernels.widen(rows.message, width: width, into: rows.products)
                unsafe TreeKernels.scaleLikelihood(
                    rows.products, floor: rows.floor, width: width, into: rows.likelihoods + place)
            }
            if !isLeaf {
                let sum = unsafe TreeKernels.multiply(
                    rows.predicted + own, rows.message, width: width, into: rows.products)
                unsafe TreeKernels.scaleMass(
                    rows.products, sum: sum, floor: rows.floor, width: width, into: rows.masses + place)
            }
        }
        if !isLeaf { multiplications &+= width }
    }

    /// Sends up what a complete subtree says of the state above it.
    @inline(__always)
    private mutating func close(_ ended: IntegerTree.Step) {
        let (width, states, transitions, abreast) = (tree.width, tree.shape.states, tree.transposed, abreast)
        let size = abreast &* width
        let place = Int(ended.depth) &* size
        let table = Int(ended.variable) &* width &* width
        unsafe messages.withRows { rows in
            unsafe transitions.withUnsafeBufferPointer { tables in
                unsafe KernelImplementation.best.multiply(
                    rows.likelihoods + place, by: tables.baseAddress! + table, count: abreast, length: states,
                    width: width, into: rows.products)
            }
            for start in stride(from: 0, to: size, by: width) {
                unsafe TreeKernels.scaleLikelihood(
                    rows.products + start, floor: rows.floor, width: width, into: rows.message + start)
            }
            for above in stride(from: place &- size, to: place, by: width) {
                let message = unsafe rows.message + (above &- place &+ size)
                unsafe Self.take(message, above, ended, rows, width: width)
            }
        }
        let elementwise = (ended.informsSiblings ? width : 0) &+ (ended.informsAbove ? width : 0)
        multiplications &+= abreast &* (states &* width &+ elementwise)
    }

    /// Takes a message from below into what is kept, of one sample, for the variable above.
    @inline(__always)
    private static func take(
        _ message: UnsafeMutablePointer<UInt16>, _ above: Int, _ ended: IntegerTree.Step, _ rows: TreeMessages.Rows,
        width: Int
    ) {
        if ended.informsSiblings {
            let sum = unsafe TreeKernels.multiply(rows.masses + above, message, width: width, into: rows.products)
            unsafe TreeKernels.scaleMass(
                rows.products, sum: sum, floor: rows.floor, width: width, into: rows.masses + above)
        }
        if ended.informsAbove {
            _ = unsafe TreeKernels.multiply(rows.likelihoods + above, message, width: width, into: rows.products)
            unsafe TreeKernels.scaleLikelihood(
                rows.products, floor: rows.floor, width: width, into: rows.likelihoods + above)
        }
    }
}

extension TreeWalker: SequentialCircuit {
    var variableCount: Int { tree.shape.variableCount &* abreast }

    @inline(__always)
    mutating func begin(variable: Int) {
        let (position, sample) = variable.quotientAndRemainder(dividingBy: abreast)
        self.sample = sample
        if sample == 0 {
            step = tree.steps[position]
            if position == 0 { takeInitial() } else { moveDown() }
        }
        takeReciprocal()
    }

    @inline(__always)
    func interval(of symbol: Int32) -> SymbolInterval {
        let low = cumulative(below: Int(symbol))
        return SymbolInterval(low: low, frequency: cumulative(below: Int(symbol) &+ 1) &- low)
    }

    /// Quarters the alphabet while it can, then halves it: 1.5·log2(alphabet) rows rather than log2, but three of them
    /// at a time do not wait for each other.
    @inline(__always)
    mutating func symbol(at target: UInt32) -> (symbol: Int32, interval: SymbolInterval) {
        var search = SymbolSearch(target: target, end: tree.shape.alphabet)
        while search.end &- search.first > 3 {
            let start = search.first
            let quarter = (search.end &- start) &>> 2
            let one = cumulative(below: start &+ quarter)
            let two = cumulative(below: start &+ 2 &* quarter)
            let three = cumulative(below: start &+ 3 &* quarter)
            search.split(at: start &+ quarter, boundary: one)
            search.split(at: start &+ 2 &* quarter, boundary: two)
            search.split(at: start &+ 3 &* quarter, boundary: three)
            multiplications &+= 3 &* tree.width
        }
        while search.end &- search.first > 1 {
            let middle = (search.first &+ search.end) &>> 1
            search.split(at: middle, boundary: cumulative(below: middle))
            multiplications &+= tree.width
        }
        return (
            Int32(truncatingIfNeeded: search.first),
            SymbolInterval(low: search.low, frequency: search.high &- search.low)
        )
    }

    @inline(__always)
    mutating func condition(on symbol: Int32) {
        if !step.isLeaf || step.sendsUp { see(Int(symbol)) }
        guard sample &+ 1 == abreast else { return }
        for closing in step.closings { close(tree.steps[Int(tree.closings[Int(closing)])]) }
    }
}

/// The symbols `first ..< end`, which own `[low, high)`, and `target` in it.
private struct SymbolSearch {
    let target: UInt32
    var first = 0
    var end: Int
    var low: UInt32 = 0
    var high: UInt32 = 65536

    init(target: UInt32, end: Int) {
        self.target = target
        self.end = end
    }

    /// Drops the symbols on the far side of a boundary; those of one search come in rising order.
    @inline(__always)
    mutating func split(at symbol: Int, boundary: UInt32) {
        if boundary <= target {
            (first, low) = (symbol, boundary)
        } else if symbol < end {
            (end, high) = (symbol, boundary)
        }
    }
}
