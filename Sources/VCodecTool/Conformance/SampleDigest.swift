import BitstreamFormat
import Media

/// SHA-256 of decoded samples, as conformance vectors state it.
struct SampleDigest {
    /// 64 digits.
    let hexadecimal: String

    /// Of a picture, `[height][width][channels]`: bytes, or 16 bits little-endian (SPEC §13).
    init(_ image: ImageBuffer) {
        let bytes: [UInt8] =
            switch image.format.bitDepth {
            case .eight: image.samples.map { UInt8($0) }
            case .sixteen: image.samples.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
            }
        self.init(bytes: bytes)
    }

    /// Of a sound, `[frame][channel]`: little-endian, integers of any depth as 32 bits (SPEC §17.3).
    init(_ buffers: [AudioBuffer]) {
        self.init(bytes: buffers.flatMap(\.interleavedBytes))
    }

    private init(bytes: [UInt8]) {
        hexadecimal = SHA256.digest(bytes).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}

extension AudioBuffer {
    /// Frame by frame, little-endian, integers of any depth as 32 bits.
    fileprivate var interleavedBytes: [UInt8] {
        (0..<frameCount).flatMap { frame -> [UInt8] in
            switch samples {
            case .integer(let channels): channels.flatMap { bytes(UInt64(UInt32(bitPattern: $0[frame])), 4) }
            case .float32(let channels): channels.flatMap { bytes(UInt64($0[frame].bitPattern), 4) }
            case .float64(let channels): channels.flatMap { bytes($0[frame].bitPattern, 8) }
            }
        }
    }

    private func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }
}
