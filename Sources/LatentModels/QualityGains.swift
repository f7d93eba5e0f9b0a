package import EntropyModels

/// A quality point of a model: 0 (smallest file) … 63.
package struct QualityPoint: Sendable, Hashable {
    package static let count = 64
    package let index: Int

    /// - Precondition: `0 <= index && index < 64`.
    package init(_ index: Int) {
        precondition(index >= 0 && index < Self.count)
        self.index = index
    }
}

/// The gains of one latent block at all quality points (SPEC §7, gains).
package struct QualityGains: Sendable {
    private let points: [BlockGains]

    package subscript(quality: QualityPoint) -> BlockGains { points[quality.index] }

    init(from cursor: inout ModelCursor, channels: Int) throws(ModelError) {
        let stepShift = try cursor.field("step shift", UInt8.self, in: 1...62)
        let latentShift = try cursor.field("latent shift", UInt8.self, in: 1...62)
        let step = try cursor.integers(QualityPoint.count * channels, of: Int32.self)
        let scale = try cursor.integers(QualityPoint.count * channels, of: Int16.self)
        let latent = try cursor.integers(QualityPoint.count * channels, of: Int32.self)
        points = (0..<QualityPoint.count).map { q in
            let row = q * channels..<(q + 1) * channels
            return BlockGains(
                step: Array(step[row]), stepShift: stepShift, logScale: Array(scale[row]),
                latent: Array(latent[row]), latentShift: latentShift)
        }
    }
}

/// A table with 8 anchors over the quality points, linear in between (SPEC §8, block).
package struct AnchorTable: Sendable {
    static let anchors = 8
    static let spacing = 9
    /// `[8][channels]`
    let values: [Int32]
    let channels: Int

    init(from cursor: inout ModelCursor, channels: Int) throws(ModelError) {
        values = try cursor.integers(Self.anchors * channels)
        self.channels = channels
    }

    /// The row of a quality point: `floor((lower·(9 − r) + upper·r + 4) / 9)`.
    package func row(at quality: QualityPoint) -> [Int32] {
        let (anchor, r) = quality.index.quotientAndRemainder(dividingBy: Self.spacing)
        let lower = values[anchor * channels..<(anchor + 1) * channels]
        guard r > 0 else { return Array(lower) }
        let upper = values[(anchor + 1) * channels..<(anchor + 2) * channels]
        return zip(lower, upper).map { low, high in
            let sum = Int64(low) * Int64(Self.spacing - r) + Int64(high) * Int64(r) + 4
            let quotient = sum / Int64(Self.spacing)
            return Int32(sum < quotient * Int64(Self.spacing) ? quotient - 1 : quotient)
        }
    }
}
