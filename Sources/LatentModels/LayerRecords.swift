package import IntegerKernels

/// A residual block with its quality-dependent modulation (SPEC §8, block).
package struct ResidualBlock: Sendable {
    package let depthwise: DepthwiseWeights
    package let multipliers: AnchorTable
    package let offsets: AnchorTable
    package let shift: Int
    package let expand: PackedPointwise
    package let project: PackedPointwise

    package func modulation(at quality: QualityPoint) -> Modulation {
        Modulation(multipliers: multipliers.row(at: quality), offsets: offsets.row(at: quality), shift: shift)
    }

    init(from cursor: inout ModelCursor, channels: Int, kernel: Int, name: String) throws(ModelError) {
        let at = cursor.offset
        let side = try cursor.field("\(name) kernel side", UInt8.self, in: kernel...kernel)
        let stored = try cursor.field("\(name) channels", UInt16.self, in: channels...channels)
        shift = try cursor.field("\(name) shift", UInt8.self, in: 1...62)
        let taps = try cursor.integers(side * side * stored, of: Int16.self)
        try Self.prove(taps, channels: stored, layer: name, offset: at)
        depthwise = DepthwiseWeights(kernel: side, channels: stored, taps: taps)
        multipliers = try AnchorTable(from: &cursor, channels: stored)
        offsets = try AnchorTable(from: &cursor, channels: stored)
        expand = try PackedPointwise(from: &cursor, inputs: stored, outputs: nil, name: name + " expand")
        project = try PackedPointwise(from: &cursor, inputs: expand.outputs, outputs: stored, name: name + " project")
    }

    /// Refuses taps with which `32 768 · Σ|d|` reaches 2^27.
    private static func prove(_ taps: [Int16], channels: Int, layer: String, offset: Int) throws(ModelError) {
        for channel in 0..<channels {
            var sum = 0
            for tap in stride(from: channel, to: taps.count, by: channels) { sum += Int(taps[tap].magnitude) }
            guard sum * 32768 < 1 << 27 else { throw .accumulatorMayOverflow(layer: layer, bound: sum * 32768) }
        }
    }
}

extension Span<Int16> {
    /// Of at most 65 536 numbers, so that it fits.
    fileprivate var sumOfMagnitudes: UInt32 {
        var sum: UInt32 = 0
        for i in indices { sum &+= UInt32(self[i].magnitude) }
        return sum
    }
}

extension PackedPointwise {
    /// Reads a pointwise record (SPEC §7).
    ///
    /// - Parameters:
    ///   - inputs: the number of inputs that the graph needs here.
    ///   - outputs: the number of outputs that it needs; nil if any will do.
    init(from cursor: inout ModelCursor, inputs: Int, outputs: Int?, name: String) throws(ModelError) {
        _ = try cursor.field("\(name) inputs", UInt16.self, in: inputs...inputs)
        let allowed = outputs.map { $0...$0 } ?? 1...4096
        let count = try cursor.field("\(name) outputs", UInt16.self, in: allowed)
        let shift = try cursor.field("\(name) shift", UInt8.self, in: 1...62)
        let weights = try cursor.integers(inputs * count, of: Int16.self)
        let biases = try cursor.integers(count, of: Int32.self)
        let multipliers = try cursor.integers(count, of: Int32.self)
        for n in 0..<count {
            let row = weights.span.extracting(n * inputs..<(n + 1) * inputs)
            let bound = Int(biases[n].magnitude) + 32768 * Int(row.sumOfMagnitudes)
            guard bound < 1 << 31 else { throw .accumulatorMayOverflow(layer: name, bound: bound) }
        }
        self.init(PointwiseWeights(
            inputs: inputs, outputs: count, weights: weights, biases: biases, multipliers: multipliers, shift: shift))
    }
}
