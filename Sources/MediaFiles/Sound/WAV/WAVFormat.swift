import Media

/// The `fmt ` chunk of a WAV file: how uncompressed samples lie in it.
///
/// After "Multiple Channel Audio Data and WAVE Files" (Microsoft, 2001). Samples of fewer bits than their
/// container are left-justified in it; they are read and written with the container's depth, which
/// is exact whatever the low bits are.
struct WAVFormat: Hashable {
    private static let integers: UInt16 = 1
    private static let floats: UInt16 = 3
    private static let extensible: UInt16 = 0xFFFE

    /// What follows the code in the GUID of a WAVEFORMATEXTENSIBLE.
    private static let guidEnd: [UInt8] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]

    /// How long the chunk's content may be.
    static let lengths = 16...65_535

    let format: AudioFormat
    /// `dwChannelMask`, if there is one.
    let speakers: UInt32?

    var layout: SampleLayout {
        SampleLayout(format: format, raw: RawLayout(isUnsigned: format.sample == .integer(bits: 8)))
    }

    init(_ format: AudioFormat, speakers: UInt32?) {
        self.format = format
        self.speakers = speakers
    }

    /// - Parameters:
    ///   - content: of a length in `lengths`.
    ///   - offset: where it starts in the file.
    /// - Returns: nil when samples are compressed.
    /// - Throws: ``MediaFileError/valueOutOfRange(_:found:allowed:offset:)``.
    init?(_ content: ArraySlice<UInt8>, offset: Int) throws(MediaFileError) {
        var code = content.littleEndian(UInt16.self, at: 0)
        var speakers: UInt32?
        if code == Self.extensible, content.count >= 40 {
            guard content.dropFirst(26).prefix(14).elementsEqual(Self.guidEnd) else { return nil }
            code = content.littleEndian(UInt16.self, at: 24)
            let mask = content.littleEndian(UInt32.self, at: 20)
            speakers = mask == 0 ? nil : mask
        }
        guard code == Self.integers || code == Self.floats else { return nil }
        let channels = Int(content.littleEndian(UInt16.self, at: 2))
        let sampleRate = Int(content.littleEndian(UInt32.self, at: 4))
        let frame = Int(content.littleEndian(UInt16.self, at: 12))
        try AudioFormat.check(channels: channels, offset: offset + 2)
        try AudioFormat.check(sampleRate: sampleRate, offset: offset + 4)
        let widths = code == Self.integers ? [1, 2, 3, 4] : [4, 8]
        guard frame.isMultiple(of: channels), widths.contains(frame / channels) else {
            throw .valueOutOfRange(
                .frameLength, found: frame, allowed: widths[0] * channels...widths[widths.count - 1] * channels,
                offset: offset + 12)
        }
        let width = frame / channels
        let sample: SampleFormat =
            code == Self.integers ? .integer(bits: 8 * width) : width == 4 ? .float32 : .float64
        format = AudioFormat(sampleRate: sampleRate, channels: channels, sample: sample)
        self.speakers = speakers
    }

    /// The content of the chunk. The inverse of `init(_:offset:)`.
    ///
    /// The extensible form is used where Microsoft asks for it: beyond two channels or 16 bits, and for speakers.
    var content: [UInt8] {
        let isFloat = format.sample == .float32 || format.sample == .float64
        let code = isFloat ? Self.floats : Self.integers
        let isExtensible = speakers != nil || format.channels > 2 || !isFloat && format.sample.bits > 16
        var bytes: [UInt8] = []
        bytes.append(littleEndian: isExtensible ? Self.extensible : code)
        bytes.append(littleEndian: UInt16(format.channels))
        bytes.append(littleEndian: UInt32(format.sampleRate))
        bytes.append(littleEndian: UInt32(format.sampleRate * layout.bytesPerFrame))
        bytes.append(littleEndian: UInt16(layout.bytesPerFrame))
        bytes.append(littleEndian: UInt16(format.sample.bits))
        if isExtensible {
            bytes.append(littleEndian: UInt16(22))
            bytes.append(littleEndian: UInt16(format.sample.bits))
            bytes.append(littleEndian: speakers ?? 0)
            bytes.append(littleEndian: code)
            bytes += Self.guidEnd
        } else if isFloat {
            bytes.append(littleEndian: UInt16(0))
        }
        return bytes
    }
}
