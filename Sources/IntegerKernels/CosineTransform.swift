internal import CKernels

/// The orthonormal DCT-IV in integers, its own inverse up to rounding (SPEC §19.8).
///
/// A complex Fourier transform of half the length between two rotations. Its squared lengths double with every step, and
/// every second step halves them twice, so that values never leave the range of the result by more than √2.
package struct CosineTransform: Sendable {
    package let length: Int
    private let kernel: KernelImplementation
    private let tables: TransformTables

    static let lengths = Set((3...14).map { 1 << $0 })

    /// - Parameter length: a power of two, 8 … 16384.
    package init(length: Int, kernel: KernelImplementation) {
        precondition(Self.lengths.contains(length), "a length of transform blocks")
        self.length = length
        self.kernel = kernel
        tables = TransformTables.shared(length)
    }

    /// Transforms `x[start ..< start + length]` in place.
    package func transform(_ x: inout [Int32], at start: Int) {
        precondition(start >= 0 && x.count - start >= length, "the block lies within the signal")
        guard let kernels = unsafe kernel.kernels else { return ReferenceKernels.transform(&x, at: start, tables) }
        unsafe x.withUnsafeMutableBufferPointer { x in
            unsafe tables.values.withUnsafeBufferPointer { tables in
                unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * length) { scratch in
                    unsafe kernels.pointee.transform(
                        tables.baseAddress!, Int64(length / 2), x.baseAddress! + start, scratch.baseAddress!)
                }
            }
        }
    }
}

extension ReferenceKernels {
    /// SPEC §19.8, steps 2 to 4.
    static func transform(_ x: inout [Int32], at start: Int, _ tables: TransformTables) {
        let points = tables.points, last = start + 2 * points - 1
        var re = [Int32](repeating: 0, count: points), im = re
        for n in 0..<points {
            let a = Int64(x[start + 2 * n]), b = Int64(x[last - 2 * n]), (c, s) = tables[.before, n]
            let place = n.bitsReversed(points.trailingZeroBitCount)
            re[place] = rot(c &* a &+ s &* b)
            im[place] = rot(c &* b &- s &* a)
        }
        var h = 1, halves = false
        while h < points {
            butterflies(&re, &im, distance: h, halves: halves, tables)
            h *= 2
            halves.toggle()
        }
        for n in 0..<points {
            let a = Int64(re[n]), b = Int64(im[n]), (c, s) = tables[.after, n]
            x[start + 2 * n] = rot(c &* a &+ s &* b)
            x[last - 2 * n] = rot(s &* a &- c &* b)
        }
    }

    /// Step 3 for one t, of which `distance` is h and `halves` whether it is even.
    private static func butterflies(
        _ re: inout [Int32], _ im: inout [Int32], distance h: Int, halves: Bool, _ tables: TransformTables
    ) {
        for i in re.indices where i & h == 0 {
            let a = Int64(re[i + h]), b = Int64(im[i + h]), (c, s) = tables[.turns, h + i % h]
            (re[i], re[i + h]) = sumAndDifference(re[i], rot(c &* a &+ s &* b), halves: halves)
            (im[i], im[i + h]) = sumAndDifference(im[i], rot(c &* b &- s &* a), halves: halves)
        }
    }

    private static func sumAndDifference(_ u: Int32, _ v: Int32, halves: Bool) -> (Int32, Int32) {
        halves ? (half(u &+ v), half(u &- v)) : (u &+ v, u &- v)
    }

    /// Ties to even: their errors would add up.
    private static func half(_ sum: Int32) -> Int32 { (sum &+ (sum >> 1 & 1)) >> 1 }
}

extension Int {
    /// The number whose `count` bits are those of this one in reverse.
    fileprivate func bitsReversed(_ count: Int) -> Int { (0..<count).reduce(0) { 2 * $0 + self >> $1 & 1 } }
}
