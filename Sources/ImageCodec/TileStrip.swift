/// What is wanted of one row of tiles, being joined: `[rows][columns][3]` values of R, G, B in 1/64 of an 8-bit step
/// (SPEC §11).
///
/// Tiles arrive from left to right. Where one overlaps its neighbour the two are cross-faded, first along rows, then,
/// when the strip is complete, with the last rows of the strip above. A wanted sample in an overlap is in both tiles, so
/// that tiles without a wanted sample are never missed.
struct TileStrip {
    /// Of the picture.
    let columns: Range<Int>
    /// Of the picture.
    let rows: Range<Int>
    private var values: [Int16]

    init(columns: Range<Int>, rows: Range<Int>) {
        self.columns = columns
        self.rows = rows
        values = [Int16](repeating: 0, count: columns.count * rows.count * 3)
    }

    /// Adds one row of a tile.
    ///
    /// - Parameters:
    ///   - row: of the picture, one of the strip's.
    ///   - samples: what is wanted of the tile's row: `[columns that strip and tile share][3]`.
    mutating func add(_ tile: Tile, row: Int, samples: Span<Int16>) {
        let shared = columns.clamped(to: tile.columns)
        let faded = tile.x == 0 ? shared.lowerBound : tile.x + TileGrid.overlap
        var target = start(of: row) + (shared.lowerBound - columns.lowerBound) * 3
        var source = 0
        for x in shared.prefix(max(0, faded - shared.lowerBound)) {
            for _ in 0..<3 {
                values[target] = Self.fade(values[target], samples[source], at: x - tile.x)
                target += 1
                source += 1
            }
        }
        for i in source..<shared.count * 3 { values[target + i - source] = samples[i] }
    }

    /// Cross-fades the strip's first rows with the same rows of the strip above.
    ///
    /// - Parameter first: of the strip's tiles, the first row.
    mutating func join(below above: TileStrip, first: Int) {
        for y in rows.clamped(to: above.rows) {
            let (mine, other) = (start(of: y), above.start(of: y))
            for i in 0..<columns.count * 3 {
                values[mine + i] = Self.fade(above.values[other + i], values[mine + i], at: y - first)
            }
        }
    }

    /// The strip from a row of the picture on.
    func suffix(from row: Int) -> TileStrip {
        var result = TileStrip(columns: columns, rows: max(rows.lowerBound, row)..<rows.upperBound)
        result.values = Array(values[start(of: result.rows.lowerBound)...])
        return result
    }

    /// The values of a row of the picture, `[columns][3]`.
    func withRow<Result>(_ row: Int, _ body: (Span<Int16>) -> Result) -> Result {
        let start = start(of: row)
        return body(values.span.extracting(start..<start + columns.count * 3))
    }

    private func start(of row: Int) -> Int { (row - rows.lowerBound) * columns.count * 3 }

    @inline(__always)
    private static func fade(_ first: Int16, _ second: Int16, at position: Int) -> Int16 {
        let weight = Int32(2 * position + 1)
        return Int16(truncatingIfNeeded: (Int32(first) * (128 - weight) + Int32(second) * weight + 64) >> 7)
    }
}
