import Media

/// Writes metadata as PNG chunks. The inverse of ``PNGMetadataParser``.
struct PNGMetadataComposer {
    /// The chunks one after the other, ready to stand between IHDR and IDAT.
    private(set) var bytes: [UInt8] = []

    /// Composes all that `metadata` holds, and sBIT when not all bits are significant.
    ///
    /// - Throws: an error of ``MediaFileError``'s group for writing, when PNG has no way to
    ///   express something.
    init(_ metadata: ImageMetadata, of image: ImageBuffer) throws(MediaFileError) {
        try addColor(metadata)
        try addSignificantBits(of: image)
        if let background = metadata.background { try addBackground(background, image.format) }
        if let density = metadata.pixelDensity { try addPixelDensity(density) }
        if let exif = metadata.exif { try add(.exif, exif) }
        if let xmp = metadata.xmp { try addXMP(xmp) }
        for entry in metadata.text { try addText(entry) }
    }

    /// Frames a chunk: length, name, payload, checksum.
    mutating func add(_ name: PNGChunkName, _ payload: [UInt8]) throws(MediaFileError) {
        guard payload.count <= PNGChunk.maximumLength else {
            throw .metadataTooLong(
                chunk: name.text, count: payload.count, allowed: PNGChunk.maximumLength)
        }
        bytes.append(bigEndian: UInt32(payload.count))
        let start = bytes.count
        bytes.append(bigEndian: name.rawValue)
        bytes += payload
        bytes.append(bigEndian: Zlib.checksum(bytes[start...]))
    }

    private mutating func addColor(_ metadata: ImageMetadata) throws(MediaFileError) {
        if let points = metadata.codingPoints {
            let payload = [points.primaries, points.transfer, points.matrix, points.fullRange]
            try add(.codingPoints, payload)
        }
        if let profile = metadata.colorProfile { try addColorProfile(profile) }
        if let intent = metadata.renderingIntent { try add(.renderingIntent, [intent.rawValue]) }
        if let gamma = metadata.gamma { try add(.gamma, gamma.bigEndianBytes) }
        if let chromaticities = metadata.chromaticities {
            try add(.chromaticities, chromaticities.bigEndianBytes)
        }
    }

    private mutating func addColorProfile(_ profile: ColorProfile) throws(MediaFileError) {
        let name = profile.name.isEmpty ? "ICC profile" : profile.name
        try add(
            .colorProfile, try PNGKeyword.encode(name) + [0] + (try Self.deflate(profile.bytes)))
    }

    private mutating func addSignificantBits(of image: ImageBuffer) throws(MediaFileError) {
        guard image.significantBits < image.format.bitDepth.bits else { return }
        let bits = UInt8(image.significantBits)
        try add(.significantBits, [UInt8](repeating: bits, count: image.format.channels.count))
    }

    private mutating func addBackground(
        _ samples: [UInt16], _ format: PixelFormat
    ) throws(MediaFileError) {
        guard samples.count == format.channels.colorCount,
            samples.allSatisfy({ $0 <= format.bitDepth.maximumSample })
        else { throw .invalidBackground(samples, for: format) }
        try add(.background, samples.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })
    }

    private mutating func addPixelDensity(_ density: PixelDensity) throws(MediaFileError) {
        try add(
            .pixelDensity,
            density.x.bigEndianBytes + density.y.bigEndianBytes + [density.unit.rawValue])
    }

    static func deflate(_ bytes: [UInt8]) throws(MediaFileError) -> [UInt8] {
        do throws(Zlib.Failure) {
            return try Zlib.deflate(bytes)
        } catch {
            throw .outOfMemory
        }
    }
}

extension UInt32 {
    fileprivate var bigEndianBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: self)
        return bytes
    }
}

extension Chromaticities {
    /// White, red, green, blue; each x, then y.
    fileprivate var bigEndianBytes: [UInt8] {
        [white, red, green, blue].flatMap { $0.x.bigEndianBytes + $0.y.bigEndianBytes }
    }
}
