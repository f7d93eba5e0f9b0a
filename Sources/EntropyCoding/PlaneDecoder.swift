/// Reads the rows of a plane that a ``PlaneEncoder`` wrote, from top to bottom (SPEC §6.3).
///
///     var decoder = PlaneDecoder(plane, width: width, bitDepth: 8)
///     for y in 0..<height {
///         try decoder.decodeRow()
///         … decoder.row …
///     }
///
/// A stream may hold anything; its length bounds neither time nor memory, the plane's size does.
package struct PlaneDecoder {
    /// The row decoded last, `[width]`, each below 2^`bitDepth`.
    package private(set) var row: [UInt16]

    private let bitDepth: Int32
    /// Nothing is decoded: ``row`` is filled from the start.
    private let isConstant: Bool
    private var decoder: RangeDecoder
    private var contexts = ResidualContexts()
    private var rowsDecoded = 0

    /// - Precondition: `width` is at least 1, `bitDepth` 8 or 16.
    package init(_ plane: CodedPlane, width: Int, bitDepth: Int) {
        precondition(width >= 1, "a plane has at least one column")
        precondition(bitDepth == 8 || bitDepth == 16, "samples of 8 or 16 bits")
        self.bitDepth = Int32(bitDepth)
        switch plane {
        case .constant(let value):
            row = [UInt16](repeating: value, count: width)
            isConstant = true
            decoder = RangeDecoder([])
        case .stream(let bytes):
            row = [UInt16](repeating: 0, count: width)
            isConstant = false
            decoder = RangeDecoder(bytes)
        }
    }

    /// Decodes a whole plane, `[height][width]`.
    package static func decode(
        _ plane: CodedPlane, width: Int, height: Int, bitDepth: Int
    ) throws(PlaneError) -> [UInt16] {
        var decoder = PlaneDecoder(plane, width: width, bitDepth: bitDepth)
        var samples: [UInt16] = []
        samples.reserveCapacity(width * height)
        for _ in 0..<height {
            try decoder.decodeRow()
            samples += decoder.row
        }
        return samples
    }

    /// Makes ``row`` the next row of the plane.
    ///
    /// - Throws: ``PlaneError/residualOutOfRange(row:)`` for a damaged stream; ``row`` is then of no use.
    /// - Complexity: O(width); allocates nothing.
    package mutating func decodeRow() throws(PlaneError) {
        guard !isConstant else { return }
        let isFirst = rowsDecoded == 0
        var sameRow = row
        row = []  // So that `sameRow` is changed in place.
        defer { row = sameRow }
        var samples = sameRow.mutableSpan
        var around = PlaneNeighbourhood(startingBelow: isFirst ? nil : samples[0])
        let mask: Int32 = 1 &<< bitDepth &- 1
        let greatest: Int32 = mask &>> 1
        var residual: Int32 = 0
        for column in samples.indices {
            let context = around.gradientContext(shift: bitDepth &- 8) &+ PlaneNeighbourhood.errorContext(residual)
            residual = contexts.decode(context: context, from: &decoder)
            guard residual <= greatest, residual >= ~greatest else { throw .residualOutOfRange(row: rowsDecoded) }
            let sample = (around.prediction &+ residual) & mask
            samples[column] = UInt16(truncatingIfNeeded: sample)
            guard column &+ 1 < samples.count else { break }
            if isFirst {
                around.advance(past: sample)
            } else {
                around.advance(past: sample, below: samples[column &+ 1])
            }
        }
        rowsDecoded += 1
    }
}
