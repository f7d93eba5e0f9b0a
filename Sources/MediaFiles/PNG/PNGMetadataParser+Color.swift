import Media

// The chunks that say what the samples mean. References are to the PNG specification, third
// edition, §11.3.
extension PNGMetadataParser {
    /// iCCP: name, zero, method, deflated profile.
    mutating func colorProfile(_ chunk: PNGChunk) throws(MediaFileError) -> ColorProfile {
        let (name, rest) = try splitKeyword(chunk)
        let compressed = try afterCompressionMethod(rest, of: chunk)
        return ColorProfile(name: name, bytes: try inflate(compressed, of: chunk))
    }

    /// cICP: four numbers of H.273.
    func codingPoints(_ chunk: PNGChunk) throws(MediaFileError) -> CodingPoints {
        try require(chunk, 4)
        let bytes = Array(chunk.payload)
        return CodingPoints(
            primaries: bytes[0], transfer: bytes[1], matrix: bytes[2], fullRange: bytes[3])
    }

    /// sRGB: a rendering intent.
    func renderingIntent(_ chunk: PNGChunk) throws(MediaFileError) -> RenderingIntent {
        try require(chunk, 1)
        let value = chunk.payload.bigEndian(UInt8.self, at: 0)
        guard let intent = RenderingIntent(rawValue: value) else {
            throw malformed(chunk, .value(found: Int(value), allowed: 0...3))
        }
        return intent
    }

    /// gAMA: the exponent times 100 000.
    func gamma(_ chunk: PNGChunk) throws(MediaFileError) -> UInt32 {
        try require(chunk, 4)
        return chunk.payload.bigEndian(UInt32.self, at: 0)
    }

    /// cHRM: white, red, green, blue; each x, then y.
    func chromaticities(_ chunk: PNGChunk) throws(MediaFileError) -> Chromaticities {
        try require(chunk, 32)
        let points = (0..<4).map { i in
            Chromaticities.Point(
                x: chunk.payload.bigEndian(UInt32.self, at: 8 * i),
                y: chunk.payload.bigEndian(UInt32.self, at: 8 * i + 4))
        }
        return Chromaticities(white: points[0], red: points[1], green: points[2], blue: points[3])
    }

    /// sBIT: a number of bits for each channel as stored (for palettes, of their colours).
    /// - Returns: the largest of them.
    func significantBits(_ chunk: PNGChunk) throws(MediaFileError) -> Int {
        let isIndexed = header.colorType == .indexed
        try require(chunk, isIndexed ? 3 : header.colorType.sampleCount)
        let allowed = 1...(isIndexed ? 8 : header.bitDepth)
        let found = chunk.payload.map { Int($0) }
        if let illegal = found.first(where: { !(allowed ~= $0) }) {
            throw malformed(chunk, .value(found: illegal, allowed: allowed))
        }
        return found.max() ?? allowed.upperBound
    }

    /// bKGD: a palette index, a grey or a colour.
    /// - Returns: on the scale of the expanded samples.
    func background(_ chunk: PNGChunk) throws(MediaFileError) -> [UInt16] {
        switch header.colorType {
        case .indexed:
            try require(chunk, 1)
            let index = Int(chunk.payload.bigEndian(UInt8.self, at: 0))
            let entries = palette.count / 3
            guard index < entries else {
                throw malformed(chunk, .value(found: index, allowed: 0...entries - 1))
            }
            return palette[3 * index..<3 * index + 3].map { UInt16($0) }
        case .grey, .greyAlpha: return try backgroundSamples(chunk, count: 1)
        case .rgb, .rgba: return try backgroundSamples(chunk, count: 3)
        }
    }

    private func backgroundSamples(
        _ chunk: PNGChunk, count: Int
    ) throws(MediaFileError) -> [UInt16] {
        try require(chunk, 2 * count)
        let stored = (0..<count).map { chunk.payload.bigEndian(UInt16.self, at: 2 * $0) }
        let maximum = 1 << header.bitDepth - 1
        if let illegal = stored.first(where: { $0 > maximum }) {
            throw malformed(chunk, .value(found: Int(illegal), allowed: 0...maximum))
        }
        // 1, 3 and 15 divide 255: the scale of small greys is exact.
        return header.bitDepth < 8 ? stored.map { $0 * UInt16(255 / maximum) } : stored
    }

    /// Checks the byte that says "deflate" and returns what follows it.
    func afterCompressionMethod(
        _ bytes: ArraySlice<UInt8>, of chunk: PNGChunk
    ) throws(MediaFileError) -> ArraySlice<UInt8> {
        guard bytes.first == 0 else { throw malformed(chunk, .compression) }
        return bytes.dropFirst()
    }
}
