import Media

/// How samples lie in bytes where the file itself does not say it.
public struct RawLayout: Hashable, Sendable {
    public enum ByteOrder: String, Hashable, Sendable, CaseIterable {
        case littleEndian = "little"
        case bigEndian = "big"
    }

    public var byteOrder: ByteOrder

    /// Whether integers are stored with half their range added, as WAV does with 8 bits.
    public var isUnsigned: Bool

    public init(byteOrder: ByteOrder = .littleEndian, isUnsigned: Bool = false) {
        self.byteOrder = byteOrder
        self.isUnsigned = isUnsigned
    }
}

/// Uncompressed samples as bytes: frame after frame, the channels of a frame side by side.
struct SampleLayout: Hashable {
    let format: AudioFormat
    let raw: RawLayout

    /// - Precondition: integers have whole bytes.
    init(format: AudioFormat, raw: RawLayout = RawLayout()) {
        precondition(format.sample.bits.isMultiple(of: 8), "samples of whole bytes")
        self.format = format
        self.raw = raw
    }

    var bytesPerSample: Int { format.sample.bits / 8 }
    var bytesPerFrame: Int { bytesPerSample * format.channels }

    /// The samples of whole frames; the bytes of a part of one at the end are left out.
    func decode(_ bytes: [UInt8]) -> AudioBuffer {
        let samples: AudioSamples =
            switch format.sample {
            case .integer(let bits):
                .integer(decode(bytes) { word in
                    let signed = raw.isUnsigned ? word ^ 1 << (bits - 1) : word
                    return (Int32(truncatingIfNeeded: signed) << Int32(32 - bits)) >> Int32(32 - bits)
                })
            case .float32: .float32(decode(bytes) { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) })
            case .float64: .float64(decode(bytes) { Double(bitPattern: $0) })
            }
        return AudioBuffer(format: format, samples: samples)
    }

    /// The inverse of `decode(_:)`.
    func encode(_ buffer: AudioBuffer) -> [UInt8] {
        switch buffer.samples {
        case .integer(let channels):
            let flip: UInt64 = raw.isUnsigned ? 1 << (format.sample.bits - 1) : 0
            return encode(channels) { UInt64(UInt32(bitPattern: $0)) ^ flip }
        case .float32(let channels): return encode(channels) { UInt64($0.bitPattern) }
        case .float64(let channels): return encode(channels) { $0.bitPattern }
        }
    }

    @inline(__always)
    private func decode<Sample>(_ bytes: [UInt8], _ sample: (UInt64) -> Sample) -> [[Sample]] {
        let frames = bytes.count / bytesPerFrame
        let width = bytesPerSample
        return (0..<format.channels).map { channel in
            (0..<frames).map { frame in
                let first = frame * bytesPerFrame + channel * width
                var word: UInt64 = 0
                for byte in 0..<width { word |= UInt64(bytes[first + byte]) << shift(of: byte) }
                return sample(word)
            }
        }
    }

    @inline(__always)
    private func encode<Sample>(_ channels: [[Sample]], _ word: (Sample) -> UInt64) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: channels[0].count * bytesPerFrame)
        let width = bytesPerSample
        for (channel, samples) in channels.enumerated() {
            for (frame, sample) in samples.enumerated() {
                let first = frame * bytesPerFrame + channel * width
                let word = word(sample)
                for byte in 0..<width { bytes[first + byte] = UInt8(truncatingIfNeeded: word >> shift(of: byte)) }
            }
        }
        return bytes
    }

    /// By how many bits the byte at a place of the sample is shifted.
    private func shift(of byte: Int) -> UInt64 {
        UInt64(8 * (raw.byteOrder == .littleEndian ? byte : bytesPerSample - 1 - byte))
    }
}
