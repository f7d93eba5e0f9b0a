import BitstreamFormat
import Foundation
import Media
import VCodec

/// A folder of `TestVectors` with a sound: a stream and what must come out of it.
struct SoundVector: Sendable, CustomStringConvertible {
    let name: String
    let stream: [UInt8]
    let expected: Expected

    var description: String { name }

    /// What `expected.json` says (TestVectors/sound/README.md).
    struct Expected: Decodable, Sendable {
        let sha256: String?
        let sampleRate: Int?
        let channels: Int?
        let samples: String?
        let frames: Int?
        let truncatedAt: Int?
        let error: ErrorCase?
    }

    static let sounds = all(in: "sound")
    static let invalid = all(in: "invalid-sound")

    private static func all(in folder: String) -> [SoundVector] {
        let folder = Repository.root.appending(path: "TestVectors/\(folder)")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { !$0.hasSuffix(".md") }.sorted().map { try! SoundVector(name: $0, folder: folder.appending(path: $0)) }
    }

    private init(name: String, folder: URL) throws {
        self.name = name
        stream = try Array(Data(contentsOf: folder.appending(path: "stream.vca")))
        expected = try JSONDecoder().decode(Expected.self, from: Data(contentsOf: folder.appending(path: "expected.json")))
    }
}

extension AudioBuffer {
    /// Frame by frame, little-endian, integers as 32 bits (SPEC §17.3).
    var interleavedBytes: [UInt8] {
        func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
        }
        return (0..<frameCount).flatMap { frame -> [UInt8] in
            switch samples {
            case .integer(let channels): channels.flatMap { bytes(UInt64(UInt32(bitPattern: $0[frame])), 4) }
            case .float32(let channels): channels.flatMap { bytes(UInt64($0[frame].bitPattern), 4) }
            case .float64(let channels): channels.flatMap { bytes($0[frame].bitPattern, 8) }
            }
        }
    }
}
