/// What a picture is: the content of the chunk `H` (SPEC §3).
package struct FileHeader: Hashable, Sendable {
    /// How colour is coded; alpha is always lossless.
    package enum Color: Hashable, Sendable {
        /// As planes, which are exact, or as samples, which are exact or near.
        case lossless
        /// As levels, at a quality point 0 … 63, by a model.
        case lossy(quality: Int, model: ModelIdentity)
    }

    /// The greatest width and height: 2^24.
    package static let maximumSize = 1 << 24

    /// 1 … 2^24.
    package let width: Int
    /// 1 … 2^24.
    package let height: Int
    /// Samples of a pixel: grey; grey, alpha; R, G, B; R, G, B, alpha.
    package let channels: Int
    /// Bits of a sample: 8 or 16.
    package let bitDepth: Int
    package let color: Color

    /// - Precondition: every value is one that SPEC §3 allows.
    package init(width: Int, height: Int, channels: Int, bitDepth: Int, color: Color) {
        let sizes = 1...Self.maximumSize
        precondition(sizes.contains(width) && sizes.contains(height), "1 to 2^24 columns and rows")
        precondition(1...4 ~= channels, "1 to 4 channels")
        precondition(bitDepth == 8 || bitDepth == 16, "samples of 8 or 16 bits")
        if case .lossy(let quality, _) = color { precondition(0...63 ~= quality, "quality points 0 to 63") }
        self.width = width
        self.height = height
        self.channels = channels
        self.bitDepth = bitDepth
        self.color = color
    }

    /// Colour is in planes or samples, not in levels.
    package var isLossless: Bool { color == .lossless }

    /// Whether the last channel is alpha.
    package var hasAlpha: Bool { channels % 2 == 0 }

    /// Channels without alpha: 1 or 3.
    package var colorChannels: Int { channels <= 2 ? 1 : 3 }

    /// The planes that the file must have, in the order in which they are written: 0 … 2 colour, where it is lossless and
    /// there are no samples, 3 alpha.
    package var planeIndices: [Int] {
        (isLossless ? Array(0..<colorChannels) : []) + (hasAlpha ? [3] : [])
    }

    /// Bytes of all samples, one or two each: below 2^51.
    package var sampleBytes: Int { width * height * channels * (bitDepth / 8) }
}

extension FileHeader {
    /// Reads the payload of `H`. The inverse of ``payload()``.
    init(_ chunk: Chunk) throws(BitstreamError) {
        var fields = chunk.fields
        let width = try fields.varint("width", in: 1...Self.maximumSize)
        let height = try fields.varint("height", in: 1...Self.maximumSize)
        let format = try fields.u8("format", in: 0...15)
        let color = format & 8 == 0 ? try Self.lossyColor(&fields) : .lossless
        try fields.finish(chunk.kind)
        self.init(
            width: width, height: height, channels: format & 3 + 1, bitDepth: format & 4 == 0 ? 8 : 16, color: color)
    }

    private static func lossyColor(_ fields: inout ByteReader) throws(BitstreamError) -> Color {
        let quality = try fields.u8("quality", in: 0...63)
        let model = try fields.bytes(ModelIdentity.byteCount, "model")
        return .lossy(quality: quality, model: ModelIdentity(bytes: model))
    }

    /// The payload of `H`.
    package func payload() -> [UInt8] {
        var fields = ByteWriter()
        fields.varint(UInt32(width))
        fields.varint(UInt32(height))
        fields.u8(UInt8(channels - 1 | (bitDepth == 16 ? 4 : 0) | (isLossless ? 8 : 0)))
        if case .lossy(let quality, let model) = color {
            fields.u8(UInt8(quality))
            fields.bytes(model.bytes)
        }
        return fields.written
    }
}
