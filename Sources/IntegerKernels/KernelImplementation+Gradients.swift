/// A residual block backwards: from the gradient at its output to the gradient at its input. Gradients are integers in a unit
/// of the caller's; weights have no gradient. Encoders alone need it, to improve symbols.
extension KernelImplementation {
    /// `rows` of the gradient after a block's modulation: `expand^T(gated(project^T(g)))`.
    ///
    /// - Parameters:
    ///   - project: the block's projection transposed.
    ///   - expand: its expansion transposed.
    ///   - kept: `[height][width][expanded]`, what the block kept on its way forward.
    ///   - g: `[height][width][channels]`
    ///   - h: of the same shape, not `g` itself.
    package func gradientBeforeExpansion(
        project: PackedPointwise, expand: PackedPointwise, kept: Feature, _ g: Feature, rows: Range<Int>, into h: Feature
    ) {
        g.requireShape(of: h, channels: project.inputs, expand.outputs)
        g.requireShape(of: kept, channels: project.inputs, expand.inputs)
        precondition(project.outputs == expand.inputs)
        let part = Feature(height: 1, width: Self.tile, channels: project.outputs)
        let positions = g.positions(in: rows)
        for start in stride(from: positions.lowerBound, to: positions.upperBound, by: Self.tile) {
            let count = min(Self.tile, positions.upperBound - start)
            unsafe pointwise(
                project, .gated, x: g.base + start * project.inputs, residual: kept.base + start * project.outputs,
                y: part.base, positions: count)
            unsafe pointwise(expand, .plain, x: part.base, y: h.base + start * expand.outputs, positions: count)
        }
    }

    /// `g = sat16(g + modulated depthwise(h))` at every position of `rows`.
    ///
    /// - Parameters:
    ///   - h: `[height][width][channels]`
    ///   - g: of the same shape, not `h` itself.
    package func addDepthwise(
        _ depthwise: DepthwiseWeights, _ modulation: Modulation, _ h: Feature, rows: Range<Int>, to g: Feature
    ) {
        h.requireShape(of: g, channels: depthwise.channels, depthwise.channels)
        let part = Feature(height: 1, width: Self.tile, channels: depthwise.channels)
        let positions = h.positions(in: rows)
        for start in stride(from: positions.lowerBound, to: positions.upperBound, by: Self.tile) {
            let tile = start..<min(start + Self.tile, positions.upperBound)
            self.depthwise(depthwise, modulation, h, positions: tile, into: part)
            unsafe Self.add(part.base, to: g.base + start * depthwise.channels, count: tile.count * depthwise.channels)
        }
    }

    /// `sum = sat16(sum + x)`
    private static func add(_ x: UnsafePointer<Int16>, to sum: UnsafeMutablePointer<Int16>, count: Int) {
        for i in 0..<count {
            let value = unsafe Int32(sum[i]) &+ Int32(x[i])
            unsafe sum[i] = Int16(truncatingIfNeeded: min(max(value, -32768), 32767))
        }
    }
}
