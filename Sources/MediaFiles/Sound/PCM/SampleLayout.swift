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
        let (frames, width, shifts) = (bytes.count / bytesPerFrame, bytesPerSample, shifts)
        return (0..<format.channels).map { channel in
            var first = channel * width
            return (0..<frames).map { _ in
                var word: UInt64 = 0
                for byte in 0..<width { word |= UInt64(bytes[first + byte]) << shifts[byte] }
                first += bytesPerFrame
                return sample(word)
            }
        }
    }

    @inline(__always)
    private func encode<Sample>(_ channels: [[Sample]], _ word: (Sample) -> UInt64) -> [UInt8] {
        let (width, shifts) = (bytesPerSample, shifts)
        var bytes = [UInt8](repeating: 0, count: channels[0].count * bytesPerFrame)
        for (channel, samples) in channels.enumerated() {
            var first = channel * width
            for sample in samples {
                let word = word(sample)
                for byte in 0..<width { bytes[first + byte] = UInt8(truncatingIfNeeded: word >> shifts[byte]) }
                first += bytesPerFrame
            }
        }
        return bytes
    }

    /// By how many bits each byte of a sample is shifted, in the order of the bytes.
    private var shifts: [UInt64] {
        let rising = stride(from: 0, to: UInt64(8 * bytesPerSample), by: 8)
        return raw.byteOrder == .littleEndian ? Array(rising) : rising.reversed()
    }
}
