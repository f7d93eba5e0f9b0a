import MediaFiles
import TestSupport
import Testing

@Suite struct IDXFileTests {
    /// Two by three.
    private let small: [UInt8] = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 9, 8, 7, 6, 5, 4]

    @Test func readsDimensionsAndValues() throws {
        let file = try IDXFile(bytes: small)
        #expect(file.dimensions == [2, 3])
        #expect(file.values == [9, 8, 7, 6, 5, 4])
        #expect(file.offset(ofValue: 0) == 12)
        #expect(try IDXFile(bytes: [0, 0, 8, 1, 0, 0, 1, 0] + [UInt8](0...255)).dimensions == [256])
        #expect(try IDXFile(bytes: [0, 0, 8, 3] + [UInt8](repeating: 0, count: 12)).values.isEmpty)
    }

    @Test func readsWhatGzipPacked() throws {
        #expect(try IDXFile(bytes: storedGzip(small)) == IDXFile(bytes: small))
        let members = storedGzip(Array(small[..<7])) + storedGzip(Array(small[7...]))
        #expect(try IDXFile(bytes: members) == IDXFile(bytes: small))
        let large: [UInt8] = [0, 0, 8, 1, 0, 3, 0, 0] + [UInt8](repeating: 5, count: 3 << 16)
        #expect(try IDXFile(bytes: storedGzip(large)).values.count == 3 << 16)
    }

    @Test func truncationAtEveryByteIsAnError() {
        for count in 0..<small.count {
            #expect(throws: IDXError.self) { try IDXFile(bytes: Array(small[..<count])) }
        }
        let packed = storedGzip(small)
        for count in 0..<packed.count {
            #expect(throws: IDXError.self) { try IDXFile(bytes: Array(packed[..<count])) }
        }
    }

    @Test func everyChangedBitOfWhatIsPackedIsAnError() {
        let packed = storedGzip(small)
        // Beyond the headers of the file and the block, parts of which mean nothing.
        for place in 11..<packed.count {
            for bit in 0..<8 {
                var damaged = packed
                damaged[place] ^= 1 << bit
                #expect(throws: IDXError.self) { try IDXFile(bytes: damaged) }
            }
        }
    }

    @Test func malformedFilesSayWhatAndWhere() {
        func expect(_ error: IDXError, _ bytes: [UInt8], limit: Int = 1 << 20) {
            #expect(throws: error) { try IDXFile(bytes: bytes, limit: limit) }
        }
        expect(.notIDX(found: []), [])
        expect(.notIDX(found: [0x89, 0x50]), [0x89, 0x50])
        expect(.notIDX(found: [0, 1, 8, 1]), [0, 1, 8, 1, 0, 0, 0, 0])
        expect(.unsupportedType(found: 0x0D, offset: 2), [0, 0, 0x0D, 1, 0, 0, 0, 0])
        expect(.noDimensions(offset: 3), [0, 0, 8, 0])
        expect(.truncated(offset: 0, needed: 4, available: 3), [0, 0, 8])
        expect(.truncated(offset: 4, needed: 8, available: 7), Array(small[..<11]))
        expect(.truncated(offset: 12, needed: 6, available: 5), Array(small[..<17]))
        expect(.trailingBytes(count: 1, offset: 18), small + [0])
        expect(.tooLarge(requested: 6, allowed: 5, offset: 4), small, limit: 5)
        let huge = [UInt8](repeating: 255, count: 12)
        expect(.tooLarge(requested: 0xFFFF_FFFF, allowed: 1 << 20, offset: 4), [0, 0, 8, 3] + huge)
        #expect(throws: IDXError.tooLarge(requested: .max, allowed: .max, offset: 4)) {
            try IDXFile(bytes: [0, 0, 8, 3] + huge, limit: .max)
        }
        let packed = storedGzip(small)
        expect(.tooLarge(requested: 18, allowed: 17, offset: packed.count), packed, limit: 17)
        #expect(throws: IDXError.corruptGzip(detail: "incorrect length check", offset: packed.count)) {
            try IDXFile(bytes: packed.dropLast() + [1])
        }
        expect(.corruptGzip(detail: "unexpected end of the compressed data", offset: 20), Array(packed[..<20]))
    }

    @Test func everyErrorHasASentenceOfItsOwn() {
        let errors: [IDXError] = [
            .notIDX(found: [1]), .unsupportedType(found: 9, offset: 2), .noDimensions(offset: 3),
            .truncated(offset: 4, needed: 8, available: 7), .trailingBytes(count: 1, offset: 18),
            .tooLarge(requested: 2, allowed: 1, offset: 4), .corruptGzip(detail: "x", offset: 9), .outOfMemory,
        ]
        #expect(Set(errors.map(\.description)).count == errors.count)
    }
}
