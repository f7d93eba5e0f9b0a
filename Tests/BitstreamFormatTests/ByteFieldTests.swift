import BitstreamFormat
import Testing

@Suite struct ByteFieldTests {
    @Test(arguments: [
        (0, [0]), (1, [1]), (127, [0x7F]), (128, [0x80, 1]), (300, [0xAC, 2]), (16383, [0xFF, 0x7F]),
        (16384, [0x80, 0x80, 1]), (1 << 28, [0x80, 0x80, 0x80, 0x80, 1]), (.max, [0xFF, 0xFF, 0xFF, 0xFF, 0x0F]),
    ] as [(UInt32, [UInt8])])
    func varintsRoundTrip(value: UInt32, bytes: [UInt8]) throws {
        var writer = ByteWriter()
        writer.varint(value)
        #expect(writer.written == bytes)
        var reader = ByteReader(bytes[...])
        #expect(try reader.varint("n") == value)
        #expect(reader.remaining == 0)
    }

    @Test(arguments: [
        [0xFF, 0xFF, 0xFF, 0xFF, 0x10], [0x80, 0x80, 0x80, 0x80, 0x80, 0], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
    ] as [[UInt8]])
    func varintsOfMoreThanFiveBytesOr32BitsAreRefused(bytes: [UInt8]) {
        var reader = ByteReader(([9, 9] + bytes)[2...])
        #expect(throws: BitstreamError.invalidVarint(name: "n", offset: 2)) {
            _ = try reader.varint("n")
        }
    }

    /// SPEC §1 does not ask for the shortest encoding.
    @Test func varintsMayBePadded() throws {
        var reader = ByteReader([0x85, 0x80, 0x80, 0x80, 0])
        #expect(try reader.varint("n") == 5)
    }

    @Test(arguments: 0..<4)
    func varintsThatEndEarlyAreIncomplete(count: Int) {
        var reader = ByteReader([UInt8](repeating: 0x80, count: count)[...])
        let expected = BitstreamError.incompleteField(name: "n", offset: 0, needed: count + 1, available: count)
        #expect(throws: expected) { _ = try reader.varint("n") }
    }

    @Test func fixedWidthsAreLittleEndian() throws {
        var writer = ByteWriter()
        writer.u8(1)
        writer.u16(0x0203)
        writer.u32(0x0405_0607)
        writer.bytes([8, 9])
        #expect(writer.written == [1, 3, 2, 7, 6, 5, 4, 8, 9])
        var reader = ByteReader(writer.written[...])
        #expect(try reader.u8("a") == 1)
        #expect(try reader.u16("b") == 0x0203)
        #expect(try reader.u32("c") == 0x0405_0607)
        #expect(reader.offset == 7)
        #expect(reader.rest() == [8, 9])
    }

    @Test func fieldsBeyondTheEndAreNamedWithTheirOffset() {
        let bytes: [UInt8] = [0, 0, 1, 2, 3]
        var reader = ByteReader(bytes[2...])
        let expected = BitstreamError.incompleteField(name: "gAMA", offset: 2, needed: 4, available: 3)
        #expect(throws: expected) { _ = try reader.u32("gAMA") }
        #expect(expected.description == "gAMA at byte 2 needs 4 bytes and its chunk has 3 left")
    }
}
