/// The checksum of chunks: CRC-32C, Castagnoli's polynomial, reflected (SPEC §2).
///
/// Eight bytes at a time by eight tables: Kounavis, Berry, "A systematic approach to building high performance,
/// software-based, CRC generators", ISCC 2005.
package enum CRC32C {
    package static func checksum(of bytes: ArraySlice<UInt8>) -> UInt32 {
        checksum(of: bytes.span)
    }

    /// Initial value and final xor FFFFFFFF.
    package static func checksum(of bytes: Span<UInt8>) -> UInt32 {
        let tables = tables.span
        var crc: UInt32 = 0xFFFF_FFFF
        var position = 0
        while bytes.count &- position >= 8 {
            let low = crc ^ word(bytes, position)
            let high = word(bytes, position &+ 4)
            crc =
                look(tables, 7, low) ^ look(tables, 6, low &>> 8)
                ^ look(tables, 5, low &>> 16) ^ look(tables, 4, low &>> 24)
                ^ look(tables, 3, high) ^ look(tables, 2, high &>> 8)
                ^ look(tables, 1, high &>> 16) ^ look(tables, 0, high &>> 24)
            position &+= 8
        }
        while position < bytes.count {
            crc = look(tables, 0, crc ^ UInt32(bytes[position])) ^ crc &>> 8
            position &+= 1
        }
        return ~crc
    }

    @inline(__always)
    private static func look(_ tables: Span<UInt32>, _ table: Int, _ value: UInt32) -> UInt32 {
        tables[table &<< 8 | Int(truncatingIfNeeded: value & 0xFF)]
    }

    @inline(__always)
    private static func word(_ bytes: Span<UInt8>, _ position: Int) -> UInt32 {
        UInt32(bytes[position]) | UInt32(bytes[position &+ 1]) &<< 8
            | UInt32(bytes[position &+ 2]) &<< 16 | UInt32(bytes[position &+ 3]) &<< 24
    }

    /// `[8][256]`: table k advances a byte's part of the remainder past k more zero bytes.
    private static let tables: [UInt32] = {
        let reflectedPolynomial: UInt32 = 0x82F6_3B78
        var tables: [UInt32] = (0..<256).map { byte in
            (0..<8).reduce(UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 0 ? 0 : reflectedPolynomial) }
        }
        for index in 256..<2048 {
            let shorter = tables[index - 256]
            tables.append(tables[Int(shorter & 0xFF)] ^ shorter >> 8)
        }
        return tables
    }()
}
