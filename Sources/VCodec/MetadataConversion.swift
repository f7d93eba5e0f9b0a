internal import BitstreamFormat
internal import ImageCodec
internal import Media

/// Metadata between pictures and chunks (SPEC §4).
extension ImageMetadata {
    /// - Note: A background that is no colour of the picture is left out.
    init(of stream: ImageStream) {
        self.init()
        for payload in stream.metadata {
            switch payload {
            case .colorProfile(let name, let profile): colorProfile = ColorProfile(name: name, bytes: profile)
            case .exif(let bytes): exif = bytes
            case .xmp(let bytes): xmp = bytes
            case .text(let t):
                text.append(TextEntry(
                    keyword: t.keyword, text: t.text, language: t.language, translatedKeyword: t.translatedKeyword))
            case .colorValues(let values): apply(values)
            case .pixelDensity(let x, let y, let unit):
                pixelDensity = PixelDensity(x: x, y: y, unit: PixelDensity.Unit(rawValue: unit) ?? .unknown)
            case .speakers, .riffChunk: break
            }
        }
        background = background.flatMap { stream.format.isColor($0) ? $0 : nil }
    }

    private mutating func apply(_ values: ColorValues) {
        gamma = values.gamma
        background = values.background
        renderingIntent = values.renderingIntent.flatMap(RenderingIntent.init(rawValue:))
        chromaticities = values.chromaticities.map { v in
            let points = stride(from: 0, to: 8, by: 2).map { Chromaticities.Point(x: v[$0], y: v[$0 + 1]) }
            return Chromaticities(white: points[0], red: points[1], green: points[2], blue: points[3])
        }
        codingPoints = values.codingPoints.map {
            CodingPoints(primaries: $0[0], transfer: $0[1], matrix: $0[2], fullRange: $0[3])
        }
    }

    /// The chunks that hold this metadata: what `init(of:)` reads, and what belongs to the picture.
    ///
    /// - Parameters:
    ///   - format: the picture's; a background that is no colour of it is left out.
    ///   - significantBits: of the picture's samples, where those are fewer than they could be.
    func payloads(format: PixelFormat, significantBits: Int?) -> [MetadataPayload] {
        var result: [MetadataPayload] = []
        if let colorProfile { result.append(.colorProfile(name: colorProfile.name, profile: colorProfile.bytes)) }
        if let values = colorValues(format: format, significantBits: significantBits) { result.append(.colorValues(values)) }
        if let d = pixelDensity { result.append(.pixelDensity(horizontal: d.x, vertical: d.y, unit: d.unit.rawValue)) }
        if let exif { result.append(.exif(exif)) }
        if let xmp { result.append(.xmp(xmp)) }
        for t in text {
            result.append(.text(.init(
                keyword: t.keyword, language: t.language, translatedKeyword: t.translatedKeyword, text: t.text)))
        }
        return result
    }

    private func colorValues(format: PixelFormat, significantBits: Int?) -> ColorValues? {
        let points = chromaticities.map { [$0.white, $0.red, $0.green, $0.blue].flatMap { [$0.x, $0.y] } }
        let coding = codingPoints.map { [$0.primaries, $0.transfer, $0.matrix, $0.fullRange] }
        let values = ColorValues(
            gamma: gamma, chromaticities: points, renderingIntent: renderingIntent?.rawValue, codingPoints: coding,
            significantBits: significantBits.map { UInt8($0) }, background: background.flatMap { format.isColor($0) ? $0 : nil })
        return values == ColorValues() ? nil : values
    }
}

extension ImageStream {
    /// Of the decoded samples; nil for all.
    var significantBits: Int? {
        for case .colorValues(let values) in metadata {
            guard isExact, let bits = values.significantBits, bits <= header.bitDepth else { continue }
            return Int(bits)
        }
        return nil
    }
}

extension PixelFormat {
    /// Whether there is a value for each colour channel, and none is too great.
    fileprivate func isColor(_ values: [UInt16]) -> Bool {
        values.count == channels.colorCount && values.allSatisfy { $0 <= bitDepth.maximumSample }
    }
}
