/// Writes the little-endian fields of SPEC §1. The inverse of ``ByteReader``.
package struct ByteWriter: Sendable {
    package private(set) var written: [UInt8] = []

    package init() {}

    package var count: Int { written.count }

    package mutating func u8(_ value: UInt8) {
        written.append(value)
    }

    package mutating func u16(_ value: UInt16) {
        for shift: UInt16 in [0, 8] { written.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    package mutating func u32(_ value: UInt32) {
        for shift: UInt32 in [0, 8, 16, 24] { written.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    /// The shortest LEB128: one byte to five.
    package mutating func varint(_ value: UInt32) {
        var left = value
        while left >= 0x80 {
            written.append(UInt8(truncatingIfNeeded: left) | 0x80)
            left >>= 7
        }
        written.append(UInt8(left))
    }

    package mutating func bytes(_ bytes: some Collection<UInt8>) {
        written.append(contentsOf: bytes)
    }
}

extension ByteWriter {
    /// A chunk of any kind: length and checksum are added (SPEC §2).
    ///
    /// - Precondition: `payload` is shorter than 4 GiB.
    mutating func chunk(_ kind: ChunkKind, payload: [UInt8]) {
        let start = count
        u8(kind.rawValue)
        varint(UInt32(payload.count))
        bytes(payload)
        u32(CRC32C.checksum(of: written[start...]))
    }
}
