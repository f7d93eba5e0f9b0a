/// Pixels per unit in both directions (PNG's pHYs).
public struct PixelDensity: Hashable, Sendable {
    /// What a density is measured in.
    public enum Unit: UInt8, Hashable, Sendable, CaseIterable {
        /// Only the ratio of `x` to `y` has a meaning: the shape of a pixel.
        case unknown = 0
        case metre = 1
    }

    /// Pixels per unit from left to right.
    public var x: UInt32

    /// Pixels per unit from top to bottom.
    public var y: UInt32

    public var unit: Unit

    public init(x: UInt32, y: UInt32, unit: Unit) {
        self.x = x
        self.y = y
        self.unit = unit
    }
}
