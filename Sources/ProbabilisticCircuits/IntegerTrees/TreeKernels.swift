/// The inner loops of a ``TreeWalker``: rows of 16-bit integers, 16 at a time, in products and sums of 32 bits.
///
/// Two kinds of messages go through them, and keep the sums below 2^32:
///
/// - a *mass* says how probable each state is given what was seen: `[width]`, sum at most 65 535, at least 32 511;
/// - a *likelihood* says how probable what was seen is given each state: `[width]`, each at most 65 535.
///
/// In both, states are at least 1 and padding is 0: nothing that can be coded ever becomes impossible. A table's row
/// sums to 65 535, so mass times table, table times likelihood, and mass times likelihood sum to at most 65 535².
///
/// Plain loops over `SIMD16` that compile to multiplications of eight 16-bit lanes on any x86-64 or arm64. The products
/// with tables, most of the work, are IntegerKernels' `multiply`.
enum TreeKernels {
    typealias Row = UnsafePointer<UInt16>
    typealias MutableRow = UnsafeMutablePointer<UInt16>

    /// 16 integers of a row, as 32 bits.
    @inline(__always)
    static func load(_ row: Row, _ start: Int) -> SIMD16<UInt32> {
        unsafe SIMD16<UInt32>(truncatingIfNeeded: UnsafeRawPointer(row + start).loadUnaligned(as: SIMD16<UInt16>.self))
    }

    /// Stores the low halves of 16 integers.
    @inline(__always)
    static func store(_ block: SIMD16<UInt32>, _ row: MutableRow, _ start: Int) {
        unsafe UnsafeMutableRawPointer(row + start)
            .storeBytes(of: SIMD16<UInt16>(truncatingIfNeeded: block), as: SIMD16<UInt16>.self)
    }

    @inline(__always)
    static func sum(_ block: SIMD16<UInt32>) -> UInt32 {
        let eight = block.lowHalf &+ block.highHalf
        let four = eight.lowHalf &+ eight.highHalf
        let two = four.lowHalf &+ four.highHalf
        return two.x &+ two.y
    }

    /// A number with the highest bit of the greatest of 16.
    @inline(__always)
    static func union(_ block: SIMD16<UInt32>) -> UInt32 {
        let eight = block.lowHalf | block.highHalf
        let four = eight.lowHalf | eight.highHalf
        let two = four.lowHalf | four.highHalf
        return two.x | two.y
    }

    /// Σ a·b.
    @inline(__always)
    static func dot(_ a: Row, _ b: Row, width: Int) -> UInt32 {
        var sums = SIMD16<UInt32>(repeating: 0)
        var start = 0
        while start < width {
            unsafe sums &+= load(a, start) &* load(b, start)
            start &+= 16
        }
        return sum(sums)
    }

    @inline(__always)
    static func sum(_ row: Row, width: Int) -> UInt32 {
        var sums = SIMD16<UInt32>(repeating: 0)
        var start = 0
        while start < width {
            unsafe sums &+= load(row, start)
            start &+= 16
        }
        return sum(sums)
    }

    /// `high - low`, at least the floor.
    @inline(__always)
    static func subtract(_ low: Row, from high: Row, floor: Row, width: Int, into result: MutableRow) {
        var start = 0
        while start < width {
            unsafe store(load(high, start) &- load(low, start) | load(floor, start), result, start)
            start &+= 16
        }
    }

    @inline(__always)
    static func widen(_ row: Row, width: Int, into result: UnsafeMutablePointer<UInt32>) {
        var start = 0
        while start < width {
            unsafe storeWide(load(row, start), result, start)
            start &+= 16
        }
    }

    /// The mass that has moved down an edge, `Σ mass[i]·table[i][j] >> 16`, at least `floor[j]`.
    ///
    /// It sums to between 32 511 and 65 409: the table takes at most 2 of 65 536 parts away, rounding down less than 64,
    /// and the floor adds at most 64.
    @inline(__always)
    static func takeMass(_ sums: UnsafePointer<UInt32>, floor: Row, width: Int, into result: MutableRow) {
        var start = 0
        while start < width {
            unsafe store(loadWide(sums, start) &>> SIMD16(repeating: 16) | load(floor, start), result, start)
            start &+= 16
        }
    }

    /// The product of two rows, and its sum.
    @inline(__always)
    static func multiply(_ a: Row, _ b: Row, width: Int, into product: UnsafeMutablePointer<UInt32>) -> UInt32 {
        var sums = SIMD16<UInt32>(repeating: 0)
        var start = 0
        while start < width {
            let block = unsafe load(a, start) &* load(b, start)
            sums &+= block
            unsafe storeWide(block, product, start)
            start &+= 16
        }
        return sum(sums)
    }

    /// Shifts numbers that sum to `sum`, not 0, so that they are a mass.
    ///
    /// The shift is the one that leaves 32 640 … 65 280 of the sum, for the sum and 1/256 of it then have 16 bits;
    /// rounding down takes less than 64, and the floor adds at most 64.
    @inline(__always)
    static func scaleMass(_ numbers: UnsafePointer<UInt32>, sum: UInt32, floor: Row, width: Int, into result: MutableRow) {
        let bits = 64 &- (UInt64(sum) &+ UInt64(sum &>> 8)).leadingZeroBitCount
        let left = SIMD16(repeating: UInt32(truncatingIfNeeded: max(0, 16 &- bits)))
        let right = SIMD16(repeating: UInt32(truncatingIfNeeded: max(0, bits &- 16)))
        var start = 0
        while start < width {
            unsafe store((loadWide(numbers, start) &<< left) &>> right | load(floor, start), result, start)
            start &+= 16
        }
    }

    /// Shifts numbers, not all of them 0, so that the greatest has 16 bits: a likelihood.
    @inline(__always)
    static func scaleLikelihood(_ numbers: UnsafePointer<UInt32>, floor: Row, width: Int, into result: MutableRow) {
        var all: UInt32 = 0
        var start = 0
        while start < width {
            unsafe all |= union(loadWide(numbers, start))
            start &+= 16
        }
        let zeros = all.leadingZeroBitCount
        let left = SIMD16(repeating: UInt32(truncatingIfNeeded: max(0, zeros &- 16)))
        let right = SIMD16(repeating: UInt32(truncatingIfNeeded: max(0, 16 &- zeros)))
        start = 0
        while start < width {
            unsafe store((loadWide(numbers, start) &<< left) &>> right | load(floor, start), result, start)
            start &+= 16
        }
    }

    @inline(__always)
    private static func loadWide(_ row: UnsafePointer<UInt32>, _ start: Int) -> SIMD16<UInt32> {
        unsafe UnsafeRawPointer(row + start).loadUnaligned(as: SIMD16<UInt32>.self)
    }

    @inline(__always)
    private static func storeWide(_ block: SIMD16<UInt32>, _ row: UnsafeMutablePointer<UInt32>, _ start: Int) {
        unsafe UnsafeMutableRawPointer(row + start).storeBytes(of: block, as: SIMD16<UInt32>.self)
    }
}
