import BitstreamFormat
import Media

/// SHA-256 of a picture's samples, `[height][width][channels]`: bytes, or 16 bits little-endian.
struct SampleDigest {
    /// 64 digits.
    let hexadecimal: String

    init(_ image: ImageBuffer) {
        let bytes: [UInt8] =
            switch image.format.bitDepth {
            case .eight: image.samples.map { UInt8($0) }
            case .sixteen: image.samples.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
            }
        hexadecimal = SHA256.digest(bytes).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
