/// One tile of a picture: where it lies and how large it is, in samples.
package struct Tile: Sendable, Hashable {
    /// Raster index in the grid.
    package let index: Int
    package let x: Int
    package let y: Int
    package let width: Int
    package let height: Int

    /// Of the picture.
    package var columns: Range<Int> { x..<x + width }
    /// Of the picture.
    package var rows: Range<Int> { y..<y + height }
}

/// The partition of a picture into overlapping tiles (SPEC §11).
///
/// ```
/// 0        1984 2048          3968 4032
/// |-- tile 0 ------|
///          |-- tile 1 -------------|
/// ```
package struct TileGrid: Sendable {
    package static let stride = 1984
    package static let overlap = 64
    package static let side = stride + overlap

    package let width: Int
    package let height: Int
    package let columns: Int
    package let rows: Int

    package init(width: Int, height: Int) {
        precondition(width > 0 && height > 0)
        self.width = width
        self.height = height
        columns = Self.count(width)
        rows = Self.count(height)
    }

    package var count: Int { columns * rows }

    /// - Precondition: `0 <= index && index < count`.
    package subscript(index: Int) -> Tile {
        precondition(index >= 0 && index < count)
        let x = index % columns * Self.stride
        let y = index / columns * Self.stride
        return Tile(
            index: index, x: x, y: y,
            width: min(width - x, Self.side), height: min(height - y, Self.side))
    }

    /// Columns of tiles in which columns of the picture are.
    package func tileColumns(touching columns: Range<Int>) -> Range<Int> { Self.tiles(touching: columns, of: self.columns) }

    /// Rows of tiles in which rows of the picture are.
    package func tileRows(touching rows: Range<Int>) -> Range<Int> { Self.tiles(touching: rows, of: self.rows) }

    private static func tiles(touching samples: Range<Int>, of count: Int) -> Range<Int> {
        let first = max(0, samples.lowerBound - overlap) / stride
        return first..<max(first, min(count, (samples.upperBound - 1) / stride + 1))
    }

    private static func count(_ length: Int) -> Int {
        length <= side ? 1 : (length - overlap + stride - 1) / stride
    }
}
