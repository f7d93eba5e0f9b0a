/// One row of tiles being joined: `[height][width][3]` values of R, G, B in 1/64 of an 8-bit step (SPEC §11).
///
/// Tiles arrive from left to right. Where one overlaps its neighbour the two are cross-faded, first along rows, then,
/// when the strip is complete, with the last rows of the strip above.
struct TileStrip {
    let width: Int
    let height: Int
    private(set) var values: [Int16]

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        values = [Int16](repeating: 0, count: width * height * 3)
    }

    /// Adds a tile of the strip.
    ///
    /// - Parameter samples: `[height][tile.width][3]`, row by row.
    mutating func add(_ tile: Tile, row: Int, samples: Span<Int16>) {
        let faded = tile.x == 0 ? 0 : TileGrid.overlap
        var target = (row * width + tile.x) * 3
        var source = 0
        for x in 0..<faded {
            for _ in 0..<3 {
                values[target] = Self.fade(values[target], samples[source], at: x)
                target += 1
                source += 1
            }
        }
        for i in source..<tile.width * 3 { values[target + i - source] = samples[i] }
    }

    /// Cross-fades the strip's first rows with the last rows of the strip above.
    mutating func join(below above: [Int16]) {
        let row = width * 3
        for y in 0..<TileGrid.overlap {
            for i in y * row..<(y + 1) * row { values[i] = Self.fade(above[i], values[i], at: y) }
        }
    }

    /// The rows that the next strip overlaps: `[64][width][3]`.
    var lastRows: [Int16] {
        Array(values[(height - TileGrid.overlap) * width * 3..<height * width * 3])
    }

    @inline(__always)
    private static func fade(_ first: Int16, _ second: Int16, at position: Int) -> Int16 {
        let weight = Int32(2 * position + 1)
        return Int16(truncatingIfNeeded: (Int32(first) * (128 - weight) + Int32(second) * weight + 64) >> 7)
    }
}
