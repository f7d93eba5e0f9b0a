import Media

/// Reads the samples of a Netpbm file, scaled to the full range of 8 or 16 bits.
struct NetpbmRaster {
    private let header: NetpbmHeader

    /// What each stored value becomes: `[maximum + 1]`, from 0 to 255 or 65 535.
    private let scaled: [UInt16]

    init(_ header: NetpbmHeader) {
        self.header = header
        let full = Int(header.format.bitDepth.maximumSample)
        let maximum = header.maximum
        // To nearest; exact when the maximum divides `full`. No two values become one.
        scaled = (0...maximum).map { UInt16(($0 * full + maximum / 2) / maximum) }
    }

    /// - Returns: `[height][width][channels]`; `cursor` is left after the last sample.
    func read(_ cursor: inout NetpbmCursor) throws(MediaFileError) -> [UInt16] {
        try requireWholeRaster(cursor)
        switch header.encoding {
        case .plain: return try readNumbers(&cursor)
        case .plainBits: return try readDigits(&cursor)
        case .packedBits: return readPackedBits(&cursor)
        case .raw where header.maximum <= 0xFF: return try readBytes(&cursor)
        case .raw: return try readBytePairs(&cursor)
        }
    }

    private func requireWholeRaster(_ cursor: NetpbmCursor) throws(MediaFileError) {
        let needed = header.minimumRasterLength
        guard cursor.remaining >= needed else {
            throw .truncated(
                .raster, offset: cursor.position, needed: needed, available: cursor.remaining)
        }
    }

    private func readNumbers(_ cursor: inout NetpbmCursor) throws(MediaFileError) -> [UInt16] {
        var samples = emptySamples()
        for _ in 0..<header.sampleCount {
            samples.append(scaled[try cursor.number(.sample, in: 0...header.maximum)])
        }
        return samples
    }

    private func readDigits(_ cursor: inout NetpbmCursor) throws(MediaFileError) -> [UInt16] {
        var samples = emptySamples()
        for _ in 0..<header.sampleCount {
            let byte = try cursor.nextSolid(.bit)
            guard let digit = byte.decimalDigit, digit <= 1 else {
                throw .unexpectedByte(byte, expected: .bit, offset: cursor.position - 1)
            }
            samples.append(scaled[1 - digit])
        }
        return samples
    }

    private func readPackedBits(_ cursor: inout NetpbmCursor) -> [UInt16] {
        var samples = emptySamples()
        for _ in 0..<header.height {
            let row = cursor.take((header.width + 7) / 8)
            for x in 0..<header.width {
                let bit = row[row.startIndex + x / 8] >> (7 - x % 8) & 1
                samples.append(scaled[1 - Int(bit)])
            }
        }
        return samples
    }

    private func readBytes(_ cursor: inout NetpbmCursor) throws(MediaFileError) -> [UInt16] {
        let start = cursor.position
        var samples = emptySamples()
        for byte in cursor.take(header.sampleCount) {
            try requireLegal(Int(byte), start + samples.count)
            samples.append(scaled[Int(byte)])
        }
        return samples
    }

    private func readBytePairs(_ cursor: inout NetpbmCursor) throws(MediaFileError) -> [UInt16] {
        let bytes = cursor.take(2 * header.sampleCount)
        var samples = emptySamples()
        for offset in stride(from: bytes.startIndex, to: bytes.endIndex, by: 2) {
            let value = Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
            try requireLegal(value, offset)
            samples.append(scaled[value])
        }
        return samples
    }

    private func requireLegal(_ value: Int, _ offset: Int) throws(MediaFileError) {
        guard value <= header.maximum else {
            throw .valueOutOfRange(
                .sample, found: value, allowed: 0...header.maximum, offset: offset)
        }
    }

    private func emptySamples() -> [UInt16] {
        var samples: [UInt16] = []
        samples.reserveCapacity(header.sampleCount)
        return samples
    }
}
