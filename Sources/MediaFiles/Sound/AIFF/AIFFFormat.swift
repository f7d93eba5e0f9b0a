import Media

/// The `COMM` chunk of an AIFF file: how its samples lie and how many there are.
///
/// After "Audio Interchange File Format" (Apple, 1989) and the draft of AIFF-C (1991). Samples of fewer
/// bits than their bytes are left-justified; they are read with the depth of whole bytes.
struct AIFFFormat {
    /// How long the chunk's content may be: AIFF-C adds a name of up to 256 bytes.
    static let lengths = 18...4096

    let layout: SampleLayout
    let frameCount: Int

    init(_ layout: SampleLayout, frameCount: Int) {
        self.layout = layout
        self.frameCount = frameCount
    }

    /// - Parameters:
    ///   - content: of a length in `lengths`.
    ///   - offset: where it starts in the file.
    /// - Returns: nil when samples are compressed.
    /// - Throws: ``MediaFileError/valueOutOfRange(_:found:allowed:offset:)``.
    init?(_ content: ArraySlice<UInt8>, offset: Int) throws(MediaFileError) {
        let channels = Int(content.bigEndian(UInt16.self, at: 0))
        frameCount = Int(content.bigEndian(UInt32.self, at: 2))
        let bits = Int(content.bigEndian(UInt16.self, at: 6))
        let sampleRate = Self.integer(ofExtended: content.dropFirst(8))
        try AudioFormat.check(channels: channels, offset: offset)
        try AudioFormat.check(sampleRate: sampleRate, offset: offset + 8)
        guard SampleFormat.integerBits ~= bits || bits == 64 else {
            throw .valueOutOfRange(.bits, found: bits, allowed: SampleFormat.integerBits, offset: offset + 6)
        }
        let compression = content.count < 22 ? "NONE" : String(latin1: content.dropFirst(18).prefix(4))
        guard let coding = Self.coding(compression, bits: bits) else { return nil }
        layout = SampleLayout(
            format: AudioFormat(sampleRate: sampleRate, channels: channels, sample: coding.sample), raw: coding.raw)
    }

    /// The content of the chunk, in AIFF-C for floating point only. The inverse of `init(_:offset:)`.
    ///
    /// - Precondition: there are fewer than 2³² frames, and samples are signed and big-endian.
    var content: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: UInt16(layout.format.channels))
        bytes.append(bigEndian: UInt32(frameCount))
        bytes.append(bigEndian: UInt16(layout.format.sample.bits))
        bytes += Self.extended(layout.format.sampleRate)
        switch layout.format.sample {
        case .integer: break
        case .float32: bytes += Array("fl32".utf8) + [0, 0]
        case .float64: bytes += Array("fl64".utf8) + [0, 0]
        }
        return bytes
    }

    private static func coding(_ compression: String, bits: Int) -> (sample: SampleFormat, raw: RawLayout)? {
        let whole = SampleFormat.integer(bits: (bits + 7) / 8 * 8)
        switch (compression, bits) {
        case ("NONE", ...32), ("twos", ...32): return (whole, RawLayout(byteOrder: .bigEndian))
        case ("sowt", ...32): return (whole, RawLayout(byteOrder: .littleEndian))
        case ("raw ", ...8): return (whole, RawLayout(byteOrder: .bigEndian, isUnsigned: true))
        case ("in24", _): return (.integer(bits: 24), RawLayout(byteOrder: .bigEndian))
        case ("in32", _): return (.integer(bits: 32), RawLayout(byteOrder: .bigEndian))
        case ("fl32", _), ("FL32", _): return (.float32, RawLayout(byteOrder: .bigEndian))
        case ("fl64", _), ("FL64", _): return (.float64, RawLayout(byteOrder: .bigEndian))
        default: return nil
        }
    }

    /// The integer part of an 80-bit extended number (IEEE 754's double-extended: sign, 15 bits of
    /// exponent, 64 of significand); 0 for what is negative, too small or too large for a rate.
    private static func integer(ofExtended bytes: ArraySlice<UInt8>) -> Int {
        let exponent = Int(bytes.bigEndian(UInt16.self, at: 0)) - 16_383
        guard 0..<32 ~= exponent else { return 0 }
        return Int(bytes.bigEndian(UInt64.self, at: 2) >> (63 - UInt64(exponent)))
    }

    /// The inverse of `integer(ofExtended:)`.
    ///
    /// - Precondition: the integer is positive.
    private static func extended(_ integer: Int) -> [UInt8] {
        let zeros = UInt64(integer).leadingZeroBitCount
        var bytes: [UInt8] = []
        bytes.append(bigEndian: UInt16(16_383 + 63 - zeros))
        bytes.append(bigEndian: UInt64(integer) << UInt64(zeros))
        return bytes
    }
}
