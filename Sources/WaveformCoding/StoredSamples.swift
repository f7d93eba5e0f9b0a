/// Samples as they are, bit after bit (SPEC §16.1): what noise takes.
enum StoredSamples {
    static func byteCount(channels: Int, bits: Int, frames: Int) -> Int { (channels * bits * frames + 7) / 8 }

    /// Frame after frame, each sample's most significant bit first.
    ///
    /// - Parameter block: `[channel][frame]`
    static func bytes(_ block: [[Int32]], bits: Int) -> [UInt8] {
        let frames = block[0].count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount(channels: block.count, bits: bits, frames: frames))
        var (held, count): (UInt64, Int) = (0, 0)
        for frame in 0..<frames {
            for channel in block {
                held = held << UInt64(bits) | UInt64(UInt32(bitPattern: channel[frame]) & mask(bits))
                count += bits
                while count >= 8 {
                    count -= 8
                    bytes.append(UInt8(truncatingIfNeeded: held >> UInt64(count)))
                }
            }
        }
        if count > 0 { bytes.append(UInt8(truncatingIfNeeded: held << UInt64(8 - count))) }
        return bytes
    }

    /// The inverse of `bytes`.
    static func samples(
        _ bytes: ArraySlice<UInt8>, channels: Int, bits: Int, frames: Int
    ) throws(WaveformError) -> [[Int32]] {
        let needed = byteCount(channels: channels, bits: bits, frames: frames)
        if bytes.count < needed { throw .truncated(needed: needed, available: bytes.count) }
        var block = [[Int32]](repeating: [Int32](repeating: 0, count: frames), count: channels)
        var (held, count, next): (UInt64, Int, Int) = (0, 0, bytes.startIndex)
        for frame in 0..<frames {
            for channel in 0..<channels {
                while count < bits {
                    held = held << 8 | UInt64(bytes[next])
                    (count, next) = (count + 8, next + 1)
                }
                count -= bits
                let value = UInt32(truncatingIfNeeded: held >> UInt64(count)) & mask(bits)
                block[channel][frame] = Int32(bitPattern: value << UInt32(32 - bits)) >> Int32(32 - bits)
            }
        }
        return block
    }

    private static func mask(_ bits: Int) -> UInt32 { ~0 >> UInt32(32 - bits) }
}
