import BitstreamFormat
import TestSupport

/// Damages streams in ways that chance and malice do. The same seed does the same damage.
struct Mutation {
    private var generator: SeededGenerator
    private let sources: [[UInt8]]

    init(seed: UInt64, sources: [[UInt8]]) {
        generator = SeededGenerator(seed: seed)
        self.sources = sources
    }

    /// What is done about the checks, without which nothing inside a chunk would ever be looked at.
    enum Care: CaseIterable {
        /// Nothing: bytes anywhere are damaged.
        case none
        /// Bytes anywhere are damaged, then the checks of what still looks like chunks are made right.
        case checks
        /// Payloads are damaged, chunks moved, doubled and left out; lengths and checks are made right.
        case chunks
    }

    /// A damaged copy of one of the sources.
    mutating func next(_ care: Care) -> [UInt8] {
        var stream = sources.randomElement(using: &generator)!
        let times = Int.random(in: 1...3, using: &generator)
        if care == .chunks { return damagedChunks(stream, times: times) }
        for _ in 0..<times where !stream.isEmpty { damage(&stream) }
        return care == .checks ? Self.repaired(stream) : stream
    }

    private mutating func damagedChunks(_ stream: [UInt8], times: Int) -> [UInt8] {
        var chunks = Self.chunks(of: stream).map { Self.parts(stream[$0]) }
        for _ in 0..<times {
            // The header less often: most damage to it is the end of the matter.
            let header = Int.random(in: 0..<12, using: &generator) == 0
            let at = header ? 0 : Int.random(in: 0..<chunks.count, using: &generator)
            switch Int.random(in: 0..<12, using: &generator) {
            case 0: chunks.insert(chunks[at], at: Int.random(in: 1...chunks.count, using: &generator))
            case 1 where at > 0: chunks.remove(at: at)
            case 2 where at > 0: chunks.swapAt(at, Int.random(in: 1..<chunks.count, using: &generator))
            case 3 where at > 0: chunks[at].kind = Array("HLPcxptgdzQ".utf8).randomElement(using: &generator)!
            default: if at > 0 || header, !chunks[at].payload.isEmpty { damage(&chunks[at].payload) }
            }
        }
        return stream.prefix(5) + chunks.flatMap { Self.chunk($0.kind, $0.payload) }
    }

    /// Kind and payload of a chunk of whose length everything is right.
    private static func parts(_ chunk: ArraySlice<UInt8>) -> (kind: UInt8, payload: [UInt8]) {
        let length = chunk.dropFirst().prefix { $0 >= 0x80 }.count + 1
        return (chunk.first!, Array(chunk.dropFirst(1 + length).dropLast(4)))
    }

    private static func chunk(_ kind: UInt8, _ payload: [UInt8]) -> [UInt8] {
        var (bytes, length) = ([kind], payload.count)
        while length > 0x7F {
            bytes.append(UInt8(length & 0x7F | 0x80))
            length >>= 7
        }
        bytes += [UInt8(length)] + payload
        let check = CRC32C.checksum(of: bytes[...])
        return bytes + (0..<4).map { UInt8(truncatingIfNeeded: check >> UInt32(8 * $0)) }
    }

    private mutating func damage(_ stream: inout [UInt8]) {
        // The front has more fields than the rest.
        let reach = Bool.random(using: &generator) ? stream.count : min(stream.count, 40)
        let position = Int.random(in: 0..<reach, using: &generator)
        let length = min(stream.count - position, Int.random(in: 1...12, using: &generator))
        switch Int.random(in: 0..<8, using: &generator) {
        case 0...2: stream[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 3: stream[position] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &generator)!
        case 4: stream.removeSubrange(position...)
        case 5: stream.removeSubrange(position..<position + length)
        case 6: stream.insert(contentsOf: stream[position..<position + length], at: position)
        default: splice(&stream, at: position)
        }
    }

    /// Puts a piece of another source, or a whole chunk of it, at a place.
    private mutating func splice(_ stream: inout [UInt8], at position: Int) {
        let other = sources.randomElement(using: &generator)!
        let chunks = Self.chunks(of: other)
        if Bool.random(using: &generator), let chunk = chunks.randomElement(using: &generator) {
            let place = Self.chunks(of: stream).randomElement(using: &generator)?.upperBound ?? position
            stream.insert(contentsOf: other[chunk], at: place)
        } else {
            let start = Int.random(in: 0..<other.count, using: &generator)
            let end = min(other.count, start + Int.random(in: 1...30, using: &generator))
            stream.insert(contentsOf: other[start..<end], at: position)
        }
    }

    /// Where chunks are as long as their lengths make sense.
    private static func chunks(of stream: [UInt8]) -> [Range<Int>] {
        var chunks: [Range<Int>] = []
        var start = 5
        while start < stream.count {
            var (length, at, shift) = (0, start + 1, 0)
            while at < stream.count, shift < 35 {
                length |= Int(stream[at] & 0x7F) << shift
                at += 1
                shift += 7
                if stream[at - 1] < 0x80 { break }
            }
            guard at + length + 4 <= stream.count else { break }
            chunks.append(start..<at + length + 4)
            start = at + length + 4
        }
        return chunks
    }

    /// Signature, version and checks as they should be.
    static func repaired(_ stream: [UInt8]) -> [UInt8] {
        var stream = stream
        let kind: FileKind = stream.starts(with: FileKind.sound.signature) ? .sound : .picture
        let signature = kind.signature + [kind.version]
        for i in 0..<min(signature.count, stream.count) { stream[i] = signature[i] }
        for chunk in chunks(of: stream) {
            let check = CRC32C.checksum(of: stream[chunk.dropLast(4)])
            for i in 0..<4 { stream[chunk.upperBound - 4 + i] = UInt8(truncatingIfNeeded: check >> UInt32(8 * i)) }
        }
        return stream
    }
}
