/// The outside of a PNG file, composed and taken apart without any code of the module under test.
package enum PNGContainer {
    package static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    package struct Chunk {
        package var name: String
        package var payload: [UInt8]

        package init(name: String, payload: [UInt8]) {
            self.name = name
            self.payload = payload
        }
    }

    package static func compose(_ chunks: [Chunk]) -> [UInt8] {
        signature + chunks.flatMap { frame($0) }
    }

    package static func frame(_ chunk: Chunk) -> [UInt8] {
        let checked = Array(chunk.name.utf8) + chunk.payload
        return bytes(UInt32(chunk.payload.count)) + checked + bytes(crc32(checked))
    }

    /// The inverse of `compose(_:)`.
    package static func takeApart(_ file: [UInt8]) -> [Chunk] {
        var chunks: [Chunk] = []
        var position = signature.count
        while position < file.count {
            let length = file[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
            let name = String(decoding: file[position + 4..<position + 8], as: UTF8.self)
            let payload = Array(file[position + 8..<position + 8 + length])
            chunks.append(Chunk(name: name, payload: payload))
            position += 12 + length
        }
        return chunks
    }

    /// A zlib stream of stored blocks.
    package static func store(_ data: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        var start = 0
        repeat {
            let end = min(start + 65_535, data.count)
            let length = UInt16(end - start)
            stream += [end == data.count ? 1 : 0]
            stream += [UInt8(length & 0xFF), UInt8(length >> 8)]
            stream += [UInt8(~length & 0xFF), UInt8(~length >> 8)]
            stream += data[start..<end]
            start = end
        } while start < data.count
        return stream + bytes(adler32(data))
    }

    package static func bytes(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { $0 >> 8 ^ crcTable[Int(($0 ^ UInt32($1)) & 0xFF)] }
    }

    private static let crcTable: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in
            value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0)
        }
    }

    private static func adler32(_ bytes: [UInt8]) -> UInt32 {
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return high << 16 | low
    }
}
