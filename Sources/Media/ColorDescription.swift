/// CIE 1931 x and y of white and the three primaries, each times 100 000 (PNG's cHRM).
public struct Chromaticities: Hashable, Sendable {
    /// One point of the diagram; x = 31 270 means 0.3127.
    public struct Point: Hashable, Sendable {
        public var x: UInt32
        public var y: UInt32

        public init(x: UInt32, y: UInt32) {
            self.x = x
            self.y = y
        }
    }

    public var white: Point
    public var red: Point
    public var green: Point
    public var blue: Point

    public init(white: Point, red: Point, green: Point, blue: Point) {
        self.white = white
        self.red = red
        self.green = green
        self.blue = blue
    }
}

/// How colours outside the target's gamut are mapped (ICC; the values of PNG's sRGB).
public enum RenderingIntent: UInt8, Hashable, Sendable, CaseIterable {
    case perceptual = 0
    case relativeColorimetric = 1
    case saturation = 2
    case absoluteColorimetric = 3
}

/// Primaries, transfer function and matrix as numbers of ITU-T H.273 (PNG's cICP).
public struct CodingPoints: Hashable, Sendable {
    /// `ColourPrimaries`, for example 9 for BT.2020.
    public var primaries: UInt8

    /// `TransferCharacteristics`, for example 16 for PQ.
    public var transfer: UInt8

    /// `MatrixCoefficients`; 0 for RGB samples.
    public var matrix: UInt8

    /// `VideoFullRangeFlag`: 1 when samples use their whole range, else 0.
    public var fullRange: UInt8

    public init(primaries: UInt8, transfer: UInt8, matrix: UInt8, fullRange: UInt8) {
        self.primaries = primaries
        self.transfer = transfer
        self.matrix = matrix
        self.fullRange = fullRange
    }
}
