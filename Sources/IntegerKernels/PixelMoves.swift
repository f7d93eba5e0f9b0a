/// Moves between space and depth (SPEC §8, depth to space), and out of a larger feature.
extension Feature {
    /// Channel `(u·f + v)·C + c` at (row, column) becomes channel c at `(row·f + u, column·f + v)`.
    ///
    /// - Returns: `[height · f][width · f][channels / f²]`
    package func depthToSpace(by f: Int) -> Feature {
        precondition(channels % (f * f) == 0)
        let result = Feature(height: height * f, width: width * f, channels: channels / (f * f))
        for y in 0..<height { spreadRow(y, count: width, by: f, into: result, row: y, column: 0) }
        return result
    }

    /// The inverse of ``depthToSpace(by:)``: `[height / f][width / f][channels · f²]`. Both sides are divisible by `f`.
    package func spaceToDepth(by f: Int) -> Feature {
        precondition(height % f == 0 && width % f == 0)
        let result = Feature(height: height / f, width: width / f, channels: channels * f * f)
        let run = f * channels
        for y in 0..<height {
            let (source, target) = unsafe (row(y), result.row(y / f))
            for x in 0..<result.width {
                unsafe target.copy(run, from: source, at: x * run, to: x * result.channels + y % f * run)
            }
        }
        return result
    }

    /// A rectangle of the positions: `[rows][columns][channels]`.
    package func cropped(rows: Range<Int>, columns: Range<Int>) -> Feature {
        precondition(columns.lowerBound >= 0 && columns.upperBound <= width)
        let result = Feature(height: rows.count, width: columns.count, channels: channels)
        for (y, source) in rows.enumerated() {
            let target = unsafe result.row(y)
            unsafe target.copy(columns.count * channels, from: row(source), at: columns.lowerBound * channels, to: 0)
        }
        return result
    }

    /// Depth to space by `f` of the first `count` positions of row `y`; the first of them belongs at (row, column) of
    /// the grid before the move.
    func spreadRow(_ y: Int, count: Int, by f: Int, into result: Feature, row: Int, column: Int) {
        let run = f * result.channels
        let source = unsafe self.row(y)
        for u in 0..<f {
            let target = unsafe result.row(row * f + u)
            for i in 0..<count {
                unsafe target.copy(run, from: source, at: i * channels + u * run, to: (column + i) * run)
            }
        }
    }
}

extension UnsafeMutableBufferPointer<Int16> {
    /// Copies `count` values from index `at` of `source` to index `to`.
    func copy(_ count: Int, from source: UnsafeMutableBufferPointer<Int16>, at: Int, to: Int) {
        precondition(at >= 0 && at + count <= source.count && to >= 0 && to + count <= self.count)
        unsafe (baseAddress! + to).update(from: source.baseAddress! + at, count: count)
    }
}
