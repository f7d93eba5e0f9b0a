internal import BitstreamFormat
internal import FuzzTargets

/// How a format frames its chunks.
enum Framing {
    /// kind u8 | length varint | payload | CRC-32C (SPEC §2).
    case bitstream
    /// length u32, high byte first | name | payload | CRC-32.
    case png

    /// Nil for a target whose files have no checksums of chunks, or for bytes that are none of its files.
    init?(of target: FuzzTarget, _ bytes: [UInt8]) {
        switch target {
        case .picture, .samples, .levels, .sound, .waveform, .spectrum: self = .bitstream
        case .png: self = .png
        case .pnm, .wav, .idx, .model: return nil
        }
        guard bytes.count > signatureLength else { return nil }
    }

    var signatureLength: Int { self == .png ? 8 : 5 }
}

/// A file in pieces, put together with right lengths and checksums. Whatever the bytes, nothing of them is lost.
struct ChunkedFile {
    struct Chunk {
        var name: ArraySlice<UInt8>
        var payload: [UInt8]
    }

    private let framing: Framing
    private let signature: ArraySlice<UInt8>
    var chunks: [Chunk] = []
    /// What follows the last chunk that is there whole.
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8], _ framing: Framing) {
        self.framing = framing
        signature = bytes.prefix(framing.signatureLength)
        rest = bytes.dropFirst(framing.signatureLength)
        while let chunk = framing == .png ? nextPNGChunk() : nextBitstreamChunk() { chunks.append(chunk) }
    }

    var bytes: [UInt8] {
        signature + chunks.flatMap { framing == .png ? Self.pngChunk($0) : Self.bitstreamChunk($0) } + rest
    }
}

extension ChunkedFile {
    private mutating func nextBitstreamChunk() -> Chunk? {
        var reader = ByteReader(rest)
        guard let name = try? reader.bytes(1, "kind"), let length = try? reader.varint("length"),
            let payload = try? reader.bytes(Int(length), "payload"), (try? reader.u32("check")) != nil
        else { return nil }
        rest = reader.rest()
        return Chunk(name: name, payload: Array(payload))
    }

    private static func bitstreamChunk(_ chunk: Chunk) -> [UInt8] {
        var writer = ByteWriter()
        writer.bytes(chunk.name)
        writer.varint(UInt32(chunk.payload.count))
        writer.bytes(chunk.payload)
        writer.u32(CRC32C.checksum(of: writer.written[...]))
        return writer.written
    }

    private mutating func nextPNGChunk() -> Chunk? {
        let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard rest.count >= 12, rest.count - 12 >= length else { return nil }
        let body = rest.dropFirst(4)
        let chunk = Chunk(name: body.prefix(4), payload: Array(body.dropFirst(4).prefix(length)))
        rest = rest.dropFirst(12 + length)
        return chunk
    }

    private static func pngChunk(_ chunk: Chunk) -> [UInt8] {
        func big(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
        let body = chunk.name + chunk.payload
        return big(UInt32(chunk.payload.count)) + body + big(PNGCheck.checksum(of: body))
    }
}

/// CRC-32 (PNG, annex D).
enum PNGCheck {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 0 ? 0 : 0xEDB8_8320) }
    }

    static func checksum(of bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(0xFFFF_FFFF) { crc, byte in table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] ^ crc >> 8 }
    }
}
