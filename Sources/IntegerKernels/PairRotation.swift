/// The turn of a pair of channels by angle · π/16 (SPEC §19.8, step 1).
package struct PairRotation: Sendable {
    private let cosine: Int32
    private let sine: Int32

    /// - Parameter angle: 0 … 15.
    package init(angle: Int) {
        let angle = CircleAngle(angle, over: 16)
        cosine = angle.cosine()
        sine = angle.sine()
    }

    /// The decoder's direction.
    package func restore(_ first: inout [Int32], _ second: inout [Int32], in range: Range<Int>) {
        rotate(&first, &second, in: range, sine: sine)
    }

    /// The encoder's direction: the inverse up to rounding.
    package func turn(_ first: inout [Int32], _ second: inout [Int32], in range: Range<Int>) {
        rotate(&first, &second, in: range, sine: -sine)
    }

    private func rotate(_ first: inout [Int32], _ second: inout [Int32], in range: Range<Int>, sine: Int32) {
        var a = first.mutableSpan, b = second.mutableSpan
        let c = Int64(cosine), s = Int64(sine)
        for i in range {
            let x = Int64(a[i]), y = Int64(b[i])
            a[i] = ReferenceKernels.rot(c &* x &- s &* y)
            b[i] = ReferenceKernels.rot(s &* x &+ c &* y)
        }
    }
}

extension ReferenceKernels {
    /// R(v, 30) as a number of 32 bits (SPEC §19.8).
    @inline(__always)
    static func rot(_ v: Int64) -> Int32 { Int32(truncatingIfNeeded: (v &+ 1 << 29) &>> 30) }
}
