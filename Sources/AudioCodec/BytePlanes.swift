internal import BitstreamFormat
internal import EntropyCoding

/// Samples as their bytes, the most significant of all first: what holds any floating point (SPEC §17.4).
enum BytePlanes {
    private static let stored: UInt8 = 0
    private static let coded: UInt8 = 1

    /// - Parameter width: bytes of a sample.
    static func write<Bits: FixedWidthInteger & UnsignedInteger>(
        _ channels: [[Bits]], width: Int, to fields: inout ByteWriter
    ) {
        for byte in (0..<width).reversed() {
            let plane = channels.joined().map { UInt8(truncatingIfNeeded: $0 >> (8 * byte)) }
            let stream = ByteStringCoder.encode(plane)
            if stream.count + 5 < plane.count {
                fields.u8(coded)
                fields.varint(UInt32(stream.count))
                fields.bytes(stream)
            } else {
                fields.u8(stored)
                fields.bytes(plane)
            }
        }
    }

    /// The inverse of `write`.
    static func read<Bits: FixedWidthInteger & UnsignedInteger>(
        channels: Int, frames: Int, width: Int, from fields: inout ByteReader
    ) throws(BitstreamError) -> [[Bits]] {
        var samples = [[Bits]](repeating: Array(repeating: 0, count: frames), count: channels)
        for byte in (0..<width).reversed() {
            let plane = try plane(channels * frames, &fields)
            for channel in 0..<channels {
                for frame in 0..<frames { samples[channel][frame] |= Bits(plane[channel * frames + frame]) << (8 * byte) }
            }
        }
        return samples
    }

    private static func plane(_ count: Int, _ fields: inout ByteReader) throws(BitstreamError) -> [UInt8] {
        guard try fields.u8("mode of a byte plane", in: 0...1) == coded else {
            return Array(try fields.bytes(count, "byte plane"))
        }
        let (name, offset) = ("length of a byte plane", fields.offset)
        let length = Int(try fields.varint(name))
        guard length <= fields.remaining else {
            throw .invalidField(name: name, value: length, allowed: 0...fields.remaining, offset: offset)
        }
        return ByteStringCoder.decode(try fields.bytes(length, "byte plane"), count: count)
    }
}
