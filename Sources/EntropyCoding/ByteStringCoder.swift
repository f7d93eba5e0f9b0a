/// Bytes in the context of the byte before them: profiles, EXIF and text, without a library (SPEC §6.2).
///
/// An order-1 model: 256 × 256 adaptive bits, 256 KiB, made for each string. The length is not part of the stream.
package enum ByteStringCoder {
    /// - Returns: the stream; empty for an empty string.
    package static func encode(_ string: [UInt8]) -> [UInt8] {
        var encoder = RangeEncoder()
        var contexts = freshContexts
        var previous = 0
        for byte in string {
            var node = 1
            for position: UInt8 in 0..<8 {
                let bit = byte &<< position & 0x80 != 0
                contexts[previous << 8 | node].encode(bit, into: &encoder)
                node = node << 1 | (bit ? 1 : 0)
            }
            previous = Int(byte)
        }
        return encoder.finish()
    }

    /// The inverse of ``encode(_:)``: `count` bytes of a stream that may hold anything.
    ///
    /// - Parameter count: checked by the caller; `count` bytes are allocated whatever the stream's length.
    package static func decode(_ stream: ArraySlice<UInt8>, count: Int) -> [UInt8] {
        var decoder = RangeDecoder(stream)
        var contexts = freshContexts
        var previous = 0
        var string: [UInt8] = []
        string.reserveCapacity(count)
        for _ in 0..<count {
            var node = 1
            while node < 256 {
                let bit = contexts[previous << 8 | node].decode(from: &decoder)
                node = node << 1 | (bit ? 1 : 0)
            }
            previous = node & 0xFF
            string.append(UInt8(previous))
        }
        return string
    }

    /// `[previous byte][node]`; node 0 is not used.
    private static var freshContexts: [AdaptiveBit] {
        [AdaptiveBit](repeating: AdaptiveBit(), count: 256 << 8)
    }
}
