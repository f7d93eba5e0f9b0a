/// Planes of numbers: `[planes][height][stride]`, each row longer than `width` so that whole vectors may be read and written at
/// its end. Rows may be used by several threads at once, each row by one, as those of a `Feature`.
@safe final class FloatPlanes: @unchecked Sendable {
    let height: Int
    let width: Int
    /// Numbers beyond `width` that a row has, and more than a window has taps.
    private static let slack = 32
    private let stride: Int
    private let memory: UnsafeMutableBufferPointer<Float>

    /// Zeros.
    init(_ planes: Int, height: Int, width: Int) {
        (self.height, self.width) = (height, width)
        stride = (width + 15) / 16 * 16 + Self.slack
        unsafe memory = .allocate(capacity: planes * height * stride)
        unsafe memory.initialize(repeating: 0)
    }

    deinit { unsafe memory.deallocate() }

    /// A row with its slack, valid as long as the planes.
    func row(_ plane: Int, _ y: Int) -> UnsafeMutableBufferPointer<Float> {
        precondition(y >= 0 && y < height)
        let start = (plane * height + y) * stride
        return unsafe UnsafeMutableBufferPointer(rebasing: memory[start..<start + stride])
    }
}

/// Neighbours in a row of a plane.
typealias WideLanes = SIMD16<Float>

extension UnsafeMutableBufferPointer<Float> {
    /// The numbers from `start` on, wherever that is in memory.
    @inline(__always)
    func lanes<Vector: SIMD>(_ start: Int) -> Vector where Vector.Scalar == Float, Vector: BitwiseCopyable {
        unsafe UnsafeRawPointer(baseAddress! + start).loadUnaligned(as: Vector.self)
    }

    @inline(__always)
    func store<Vector: SIMD>(_ lanes: Vector, at start: Int) where Vector.Scalar == Float, Vector: BitwiseCopyable {
        unsafe UnsafeMutableRawPointer(baseAddress! + start).storeBytes(of: lanes, as: Vector.self)
    }

    /// Sets `width` numbers to the means of 2 × 2 of two rows, which may be read beyond their end.
    func storeHalved(
        _ upper: UnsafeMutableBufferPointer<Float>, _ lower: UnsafeMutableBufferPointer<Float>, width: Int
    ) {
        for x in stride(from: 0, to: width, by: 8) {
            let (a, b): (WideLanes, WideLanes) = unsafe (upper.lanes(2 * x), lower.lanes(2 * x))
            unsafe store((a.evenHalf + a.oddHalf + b.evenHalf + b.oddHalf) * 0.25, at: x)
        }
    }

    /// The transpose of halving: adds to each number of a row of gradients its share of that of the row that was made of it and of
    /// another.
    ///
    /// - Parameters:
    ///   - coarse: which may be read beyond its end.
    ///   - isLastOdd: the row stood for two.
    func addHalved(_ coarse: UnsafeMutableBufferPointer<Float>, width: Int, isLastOdd: Bool) {
        let share: Float = isLastOdd ? 0.5 : 0.25
        for x in stride(from: 0, to: width, by: 16) {
            let (fine, half): (WideLanes, Lanes) = unsafe (lanes(x), coarse.lanes(x / 2))
            var both = WideLanes()
            (both.evenHalf, both.oddHalf) = (half, half)
            unsafe store(fine + both * share, at: x)
        }
        if width % 2 == 1 { unsafe self[width - 1] += coarse[width / 2] * share }
    }
}
