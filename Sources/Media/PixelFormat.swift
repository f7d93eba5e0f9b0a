/// What the samples of an ``ImageBuffer`` mean: which channels, and how many bits each.
public struct PixelFormat: Hashable, Sendable {
    /// The channels of a pixel, in the order in which they are interleaved.
    ///
    /// The raw value is the number of samples per pixel.
    public enum Channels: UInt8, Hashable, Sendable, CaseIterable {
        case grey = 1
        case greyAlpha = 2
        case rgb = 3
        case rgba = 4

        /// Samples per pixel, alpha included: 1 … 4.
        public var count: Int { Int(rawValue) }

        /// Whether the last channel is alpha (0 transparent, not premultiplied).
        public var hasAlpha: Bool { self == .greyAlpha || self == .rgba }

        /// Samples per pixel without alpha: 1 or 3.
        public var colorCount: Int { hasAlpha ? count - 1 : count }
    }

    /// The width of a sample as files store it; the raw value is the number of bits.
    public enum BitDepth: UInt8, Hashable, Sendable, CaseIterable {
        case eight = 8
        case sixteen = 16

        /// Bits per sample: 8 or 16.
        public var bits: Int { Int(rawValue) }

        /// The sample that means full intensity or full opacity: 255 or 65 535.
        public var maximumSample: UInt16 { self == .eight ? 0xFF : 0xFFFF }
    }

    public let channels: Channels
    public let bitDepth: BitDepth

    public init(_ channels: Channels, _ bitDepth: BitDepth) {
        self.channels = channels
        self.bitDepth = bitDepth
    }
}

extension PixelFormat: CustomStringConvertible {
    /// For people, for example `RGBA, 16 bits`.
    public var description: String { "\(channels), \(bitDepth.bits) bits" }
}

extension PixelFormat.Channels: CustomStringConvertible {
    public var description: String {
        switch self {
        case .grey: "grey"
        case .greyAlpha: "grey and alpha"
        case .rgb: "RGB"
        case .rgba: "RGBA"
        }
    }
}
