/// Compresses a plane of samples exactly, row by row (SPEC §6.3).
///
///     var encoder = PlaneEncoder(width: width, bitDepth: 8)
///     for row in rows { encoder.encode(row: row.span) }      // top to bottom
///     let plane = encoder.finish()
///
/// A plane of one value becomes ``CodedPlane/constant(_:)``: rows are only counted, and not coded, until a sample
/// differs from the first. The inverse of ``PlaneDecoder``.
package struct PlaneEncoder {
    private let width: Int
    private let bitDepth: Int32
    /// The value of all samples so far, and how many rows there were of it.
    private var constant: UInt16?
    private var constantRows = 0
    private var coder = RangeEncoder()
    private var contexts = ResidualContexts()
    /// The last coded row; empty before the first.
    private var above: [UInt16] = []

    /// - Precondition: `width` is at least 1, `bitDepth` 8 or 16.
    package init(width: Int, bitDepth: Int) {
        precondition(width >= 1, "a plane has at least one column")
        precondition(bitDepth == 8 || bitDepth == 16, "samples of 8 or 16 bits")
        self.width = width
        self.bitDepth = Int32(bitDepth)
    }

    /// Codes a whole plane.
    ///
    /// - Parameter samples: `[height][width]`.
    /// - Precondition: there is at least one row, and no part of one.
    package static func encode(_ samples: [UInt16], width: Int, bitDepth: Int) -> CodedPlane {
        precondition(!samples.isEmpty && samples.count % width == 0, "whole rows")
        var encoder = PlaneEncoder(width: width, bitDepth: bitDepth)
        for start in stride(from: 0, to: samples.count, by: width) {
            encoder.encode(row: samples.span.extracting(start..<start + width))
        }
        return encoder.finish()
    }

    /// Codes the next row.
    ///
    /// - Parameter row: `[width]`, each less than 2^`bitDepth`.
    package mutating func encode(row: Span<UInt16>) {
        precondition(row.count == width, "as many samples as the plane is wide")
        precondition(bitDepth == 16 || row.indices.allSatisfy { row[$0] < 256 }, "8-bit samples are below 256")
        if above.isEmpty {
            let value = constant ?? row[0]
            constant = value
            if row.indices.allSatisfy({ row[$0] == value }) {
                constantRows += 1
                return
            }
            codeConstantRows(of: value)
        }
        code(row)
    }

    /// - Precondition: at least one row was encoded.
    package consuming func finish() -> CodedPlane {
        guard let constant else { preconditionFailure("a plane has at least one row") }
        return above.isEmpty ? .constant(constant) : .stream(coder.finish()[...])
    }

    private mutating func codeConstantRows(of value: UInt16) {
        let row = [UInt16](repeating: value, count: width)
        for _ in 0..<constantRows { code(row.span) }
    }

    private mutating func code(_ row: Span<UInt16>) {
        let isFirst = above.isEmpty
        var samples = isFirst ? [UInt16](repeating: 0, count: width) : above
        above = []  // So that `samples` is changed in place.
        defer { above = samples }
        var last = samples.mutableSpan
        var around = PlaneNeighbourhood(startingBelow: isFirst ? nil : last[0])
        let unused = 32 - bitDepth
        var residual: Int32 = 0
        for column in 0..<width {
            let context = around.gradientContext(shift: bitDepth &- 8) &+ PlaneNeighbourhood.errorContext(residual)
            let sample = Int32(row[column])
            // Taken mod 2^n into −2^(n−1) … 2^(n−1) − 1 by extending the sign.
            residual = ((sample &- around.prediction) &<< unused) &>> unused
            contexts.encode(residual, context: context, into: &coder)
            last[column] = row[column]
            guard column &+ 1 < width else { break }
            if isFirst {
                around.advance(past: sample)
            } else {
                around.advance(past: sample, below: last[column &+ 1])
            }
        }
    }
}
