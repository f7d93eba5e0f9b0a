/// Layers over some rows of a feature, so that callers can deal rows to threads. The result of a row does not depend on
/// which rows it is computed with.
extension KernelImplementation {
    /// Positions whose intermediate features are kept at once: they fit the second-level cache, and a whole number of
    /// every kernel's tiles makes them up.
    static let tile = 48

    /// `y = w(x)` at every position of `rows` (SPEC §8, pointwise).
    ///
    /// - Parameters:
    ///   - x: `[height][width][w.inputs]`
    ///   - y: `[height][width][w.outputs]`
    package func pointwise(_ w: PackedPointwise, _ x: Feature, rows: Range<Int>, into y: Feature) {
        x.requireShape(of: y, channels: w.inputs, w.outputs)
        let positions = x.positions(in: rows)
        unsafe pointwise(
            w, .plain, x: x.base + positions.lowerBound * w.inputs, y: y.base + positions.lowerBound * w.outputs,
            positions: positions.count)
    }

    /// `y = sat16(y + w(x))` at every position of `rows`. Shapes are those of ``pointwise(_:_:rows:into:)``.
    package func add(_ w: PackedPointwise, _ x: Feature, rows: Range<Int>, to y: Feature) {
        x.requireShape(of: y, channels: w.inputs, w.outputs)
        let positions = x.positions(in: rows)
        let target = unsafe y.base + positions.lowerBound * w.outputs
        unsafe pointwise(
            w, .residual, x: x.base + positions.lowerBound * w.inputs, residual: target, y: target,
            positions: positions.count)
    }

    /// `rows` of `x` through `w` and then depth to space by `f`, without the feature in between.
    ///
    /// - Parameters:
    ///   - x: `[height][width][w.inputs]`
    ///   - y: `[height · f][width · f][w.outputs / f²]`; rows `rows.lowerBound · f ..< rows.upperBound · f` are written.
    package func pointwise(_ w: PackedPointwise, _ x: Feature, rows: Range<Int>, depthToSpace f: Int, into y: Feature) {
        precondition(x.channels == w.inputs && y.channels * f * f == w.outputs)
        precondition(y.height == x.height * f && y.width == x.width * f && x !== y)
        let part = Feature(height: 1, width: min(Self.tile, x.width), channels: w.outputs)
        for row in rows {
            for column in stride(from: 0, to: x.width, by: Self.tile) {
                let count = min(Self.tile, x.width - column)
                unsafe pointwise(w, .plain, x: x.row(row).baseAddress! + column * w.inputs, y: part.base, positions: count)
                part.spreadRow(0, count: count, by: f, into: y, row: row, column: column)
            }
        }
    }

    /// `rows` of a residual block (SPEC §8, block): `y = sat16(x + project(leaky(expand(modulated depthwise(x)))))`.
    ///
    /// The features in between exist for ``tile`` positions at a time, in the order of memory, across ends of rows.
    ///
    /// - Parameters:
    ///   - x: `[height][width][channels]`
    ///   - y: of the same shape, not `x` itself.
    ///   - kept: `[height][width][expanded]`, becomes what comes out of `leaky`: its signs are what a gradient needs.
    /// - Complexity: allocates `tile · (channels + expanded)` values.
    package func block(
        _ depthwise: DepthwiseWeights, _ modulation: Modulation, expand: PackedPointwise, project: PackedPointwise,
        _ x: Feature, rows: Range<Int>, into y: Feature, keeping kept: Feature? = nil
    ) {
        let channels = depthwise.channels
        x.requireShape(of: y, channels: channels, channels)
        precondition(modulation.multipliers.count == channels && expand.inputs == channels)
        precondition(project.inputs == expand.outputs && project.outputs == channels)
        let h = Feature(height: 1, width: Self.tile, channels: channels)
        kept.map { x.requireShape(of: $0, channels: channels, expand.outputs) }
        let part = kept == nil ? Feature(height: 1, width: Self.tile, channels: expand.outputs) : nil
        let positions = x.positions(in: rows)
        for start in stride(from: positions.lowerBound, to: positions.upperBound, by: Self.tile) {
            let tile = start..<min(start + Self.tile, positions.upperBound)
            self.depthwise(depthwise, modulation, x, positions: tile, into: h)
            let l = unsafe part?.base ?? kept!.base + start * expand.outputs
            unsafe pointwise(expand, .leaky, x: h.base, y: l, positions: tile.count)
            unsafe pointwise(
                project, .residual, x: l, residual: x.base + start * channels, y: y.base + start * channels,
                positions: tile.count)
        }
    }

    /// A modulated depthwise convolution at positions that may cross ends of rows; `h` holds one after the other.
    func depthwise(
        _ weights: DepthwiseWeights, _ modulation: Modulation, _ x: Feature, positions: Range<Int>, into h: Feature
    ) {
        var at = positions.lowerBound
        while at < positions.upperBound {
            let (row, column) = at.quotientAndRemainder(dividingBy: x.width)
            let end = min(x.width, column + positions.upperBound - at)
            unsafe depthwise(
                weights, modulation, x, row: row, columns: column..<end,
                h: h.base + (at - positions.lowerBound) * weights.channels)
            at += end - column
        }
    }
}

extension Feature {
    /// Traps unless `self` and `y` are two features of equal size, with these numbers of channels.
    func requireShape(of y: Feature, channels inputs: Int, _ outputs: Int) {
        precondition(channels == inputs && y.channels == outputs, "channels do not match the layer")
        precondition(height == y.height && width == y.width && self !== y, "two features of equal size are needed")
    }
}
