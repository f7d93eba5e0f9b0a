internal import EntropyModels
package import IntegerKernels
package import LatentModels

/// The size of a tile's latent grids (SPEC §9).
package struct LatentGrid: Sendable, Hashable {
    /// Rows and columns at level 0.
    package let height: Int
    package let width: Int

    package init(tileWidth: Int, tileHeight: Int) {
        width = (tileWidth + 63) / 64 * 8
        height = (tileHeight + 63) / 64 * 8
    }

    package func height(level: Int) -> Int { height >> level }
    package func width(level: Int) -> Int { width >> level }
}

/// Some of a tile's samples.
package struct SampleWindow: Sendable, Hashable {
    package let rows: Range<Int>
    package let columns: Range<Int>

    package init(rows: Range<Int>, columns: Range<Int>) {
        (self.rows, self.columns) = (rows, columns)
    }
}

/// A model at one quality point, with its modulations made: shared by everything that walks the hierarchy.
struct QualifiedModel: Sendable {
    let model: HierarchicalVAE
    let quality: QualityPoint
    let engine: IntegerEngine

    func apply(_ block: ResidualBlock, to x: Feature) -> Feature {
        engine.apply(block, at: quality, to: x)
    }

    func coder(of block: LatentBlock, width: Int) -> BlockCoder {
        let vectors = LatentVectorCoder(prior: block.shape, gains: block.gains[quality], tables: model.tables)
        return BlockCoder(vectors: vectors, phase: block.phase, width: width)
    }

    /// The feature of level 3 before anything is decoded.
    func start(on grid: LatentGrid) -> Feature {
        Feature(height: grid.height(level: 3), width: grid.width(level: 3), repeating: model.start)
    }

    /// From the last block of `level` to the feature that the next finer level starts with.
    func ascend(_ y: Feature, from level: Int) -> Feature {
        guard let ascent = model.levels[level].ascent else { return y }
        return engine.pointwise(ascent.up, apply(ascent.end, to: y), depthToSpace: 2)
    }

    /// Values of R, G, B in 1/64 of an 8-bit step, `[8·height][8·width][3]`.
    func synthesise(_ y: Feature) -> Feature {
        let last = model.tail.reduce(y) { apply($1, to: $0) }
        return engine.pointwise(model.out, last, depthToSpace: 8)
    }

    /// A window of the same: `[window.rows][window.columns][3]`.
    ///
    /// Positions farther from the window than the tail's blocks see together have no part in it and are left out.
    func synthesise(_ y: Feature, _ window: SampleWindow) -> Feature {
        let reach = model.tail.reduce(0) { $0 + $1.depthwise.kernel / 2 }
        let rows = Self.positions(under: window.rows, reach: reach, count: y.height)
        let columns = Self.positions(under: window.columns, reach: reach, count: y.width)
        let (top, left) = (window.rows.lowerBound - 8 * rows.lowerBound, window.columns.lowerBound - 8 * columns.lowerBound)
        return synthesise(y.cropped(rows: rows, columns: columns))
            .cropped(rows: top..<top + window.rows.count, columns: left..<left + window.columns.count)
    }

    private static func positions(under samples: Range<Int>, reach: Int, count: Int) -> Range<Int> {
        max(0, samples.lowerBound / 8 - reach)..<min(count, (samples.upperBound + 7) / 8 + reach)
    }
}

/// What codes a latent block: its vectors, and where in the grid they are.
struct BlockCoder: Sendable {
    let vectors: LatentVectorCoder
    let phase: Phase
    var channels: Int { vectors.channels }
    /// Columns of the grid, of which each row has `phase.count(row:width:)` active ones.
    let width: Int

    func beginRow(_ row: Int, in zeros: AdaptiveZeros) {
        zeros.beginRow(firstColumn: phase == .all ? nil : phase.first(row: row))
    }
}

extension IntegerEngine {
    /// Applies a residual block at a quality point (SPEC §8).
    package func apply(_ b: ResidualBlock, at quality: QualityPoint, to x: Feature) -> Feature {
        block(b.depthwise, b.modulation(at: quality), expand: b.expand, project: b.project, x)
    }
}
