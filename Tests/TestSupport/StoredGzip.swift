/// A gzip file (RFC 1952) that holds bytes as they are, in blocks without compression.
package func storedGzip(_ bytes: [UInt8]) -> [UInt8] {
    func little(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
    var file: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    for start in stride(from: 0, to: max(1, bytes.count), by: 65535) {
        let block = bytes[start..<min(start + 65535, bytes.count)]
        file += [start + 65535 >= bytes.count ? 1 : 0] + little(block.count, 2) + little(~block.count, 2) + block
    }
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 0 ? 0 : 0xEDB8_8320) }
    }
    return file + little(Int(~crc), 4) + little(bytes.count, 4)
}
