internal import CKernels

/// The rotation across a boundary between two transform blocks, which takes the edge out of them (SPEC §19.9).
///
/// Source: Malvar, "Signal Processing with Lapped Transforms" (1992): a lapped transform is one of blocks, after rotations
/// across their boundaries.
package struct BlockOverlap: Sendable {
    /// Of samples on both sides together.
    package let length: Int
    private let kernel: KernelImplementation
    private let turns: Turns

    /// - Parameter length: a power of two, 8 … 16384.
    package init(length: Int, kernel: KernelImplementation) {
        precondition(CosineTransform.lengths.contains(length), "a length of transform blocks")
        self.length = length
        self.kernel = kernel
        turns = Turns.shared(length)
    }

    /// The decoder's direction, in `x[boundary − length/2 ..< boundary + length/2]`.
    package func unfold(_ x: inout [Int32], at boundary: Int) {
        rotate(&x, at: boundary, cosines: turns.cosines)
    }

    /// The encoder's direction: the inverse up to rounding.
    package func fold(_ x: inout [Int32], at boundary: Int) {
        rotate(&x, at: boundary, cosines: turns.negativeCosines)
    }

    private func rotate(_ x: inout [Int32], at boundary: Int, cosines: [Int32]) {
        precondition(boundary >= length / 2 && x.count - boundary >= length / 2, "the overlap lies within the signal")
        guard let kernels = unsafe kernel.kernels else {
            return ReferenceKernels.overlap(&x, at: boundary, sines: turns.sines, cosines: cosines)
        }
        unsafe x.withUnsafeMutableBufferPointer { x in
            unsafe turns.sines.withUnsafeBufferPointer { sines in
                unsafe cosines.withUnsafeBufferPointer { cosines in
                    unsafe kernels.pointee.overlap(
                        sines.baseAddress!, cosines.baseAddress!, Int64(length / 2), x.baseAddress! + boundary)
                }
            }
        }
    }
}

/// Sines and cosines of an overlap, from the boundary outwards.
private struct Turns: Sendable {
    /// `[length/2]` each, in 2^−30.
    let sines: [Int32]
    let cosines: [Int32]
    let negativeCosines: [Int32]

    private static let made = TablesByLength<Turns>()

    static func shared(_ length: Int) -> Turns { made.tables(length) { Turns($0) } }

    private init(_ length: Int) {
        let angles = (0..<length / 2).map { CircleAngle(length + 2 * $0 + 1, over: 4 * length) }
        sines = angles.map { $0.sine() }
        cosines = angles.map { $0.cosine() }
        negativeCosines = cosines.map { -$0 }
    }
}

extension ReferenceKernels {
    /// For i below `sines.count`, of l = x[boundary − 1 − i] and r = x[boundary + i]: r becomes rot(s·r − c·l) and l
    /// rot(s·l + c·r).
    static func overlap(_ x: inout [Int32], at boundary: Int, sines: [Int32], cosines: [Int32]) {
        for i in sines.indices {
            let left = boundary - 1 - i, right = boundary + i
            let l = Int64(x[left]), r = Int64(x[right]), s = Int64(sines[i]), c = Int64(cosines[i])
            x[right] = rot(s &* r &- c &* l)
            x[left] = rot(s &* l &+ c &* r)
        }
    }
}
