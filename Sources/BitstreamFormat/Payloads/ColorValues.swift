/// What colours mean, as numbers that PNG defines: the content of the chunk `g` (SPEC §4).
package struct ColorValues: Hashable, Sendable {
    /// gAMA: the exponent times 100 000.
    package var gamma: UInt32?
    /// cHRM: x and y of white, red, green and blue, times 100 000; eight numbers.
    package var chromaticities: [UInt32]?
    /// sRGB: 0 … 3.
    package var renderingIntent: UInt8?
    /// cICP: primaries, transfer function, matrix, full range; four bytes.
    package var codingPoints: [UInt8]?
    /// sBIT: how many bits of a sample carry information, 1 … 16; exact pictures only have a use for it.
    package var significantBits: UInt8?
    /// bKGD: a sample for each colour channel.
    package var background: [UInt16]?

    package init(
        gamma: UInt32? = nil, chromaticities: [UInt32]? = nil, renderingIntent: UInt8? = nil,
        codingPoints: [UInt8]? = nil, significantBits: UInt8? = nil, background: [UInt16]? = nil
    ) {
        self.gamma = gamma
        self.chromaticities = chromaticities
        self.renderingIntent = renderingIntent
        self.codingPoints = codingPoints
        self.significantBits = significantBits
        self.background = background
    }
}

extension ColorValues {
    /// Reads the payload of `g`. The inverse of ``payload()``.
    init(_ chunk: Chunk) throws(BitstreamError) {
        var fields = chunk.fields
        let flags = try fields.u8("flags", in: 0...63)
        if flags & 1 != 0 { gamma = try fields.u32("gAMA") }
        if flags & 2 != 0 { chromaticities = try Self.eight(&fields) }
        if flags & 4 != 0 { renderingIntent = UInt8(try fields.u8("sRGB intent", in: 0...3)) }
        if flags & 8 != 0 { codingPoints = Array(try fields.bytes(4, "cICP")) }
        if flags & 16 != 0 { significantBits = UInt8(try fields.u8("sBIT", in: 1...16)) }
        if flags & 32 != 0 { background = try Self.background(&fields) }
        try fields.finish(chunk.kind)
    }

    private static func background(_ fields: inout ByteReader) throws(BitstreamError) -> [UInt16] {
        var samples: [UInt16] = []
        for _ in 0..<(try fields.u8("bKGD samples", in: 1...3)) { samples.append(try fields.u16("bKGD")) }
        return samples
    }

    private static func eight(_ fields: inout ByteReader) throws(BitstreamError) -> [UInt32] {
        var numbers: [UInt32] = []
        for _ in 0..<8 { numbers.append(try fields.u32("cHRM")) }
        return numbers
    }

    /// - Precondition: arrays have the lengths that their comments say, and the intent is at most 3.
    func payload() -> [UInt8] {
        precondition(chromaticities.map { $0.count == 8 } ?? true, "eight chromaticities")
        precondition(renderingIntent.map { $0 <= 3 } ?? true, "rendering intents 0 to 3")
        precondition(codingPoints.map { $0.count == 4 } ?? true, "four coding points")
        precondition(significantBits.map { 1...16 ~= $0 } ?? true, "significant bits 1 to 16")
        precondition(background.map { 1...3 ~= $0.count } ?? true, "a background of one to three samples")
        var fields = ByteWriter()
        let present = [
            gamma != nil, chromaticities != nil, renderingIntent != nil, codingPoints != nil,
            significantBits != nil, background != nil,
        ]
        fields.u8(present.reversed().reduce(0) { $0 << 1 | ($1 ? 1 : 0) })
        if let gamma { fields.u32(gamma) }
        for number in chromaticities ?? [] { fields.u32(number) }
        if let renderingIntent { fields.u8(renderingIntent) }
        fields.bytes(codingPoints ?? [])
        if let significantBits { fields.u8(significantBits) }
        if let background {
            fields.u8(UInt8(background.count))
            for sample in background { fields.u16(sample) }
        }
        return fields.written
    }
}
