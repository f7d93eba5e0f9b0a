import BitstreamFormat
import Foundation
import LatentModels
import Media
import VCodec

/// Where the vectors and the models are.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL

    private static let models = ["default", "visual"].map { name in
        try! ModelFile(Array(Data(contentsOf: root.appending(path: "Models/\(name).vcm"))))
    }

    /// The one that a picture names.
    static func model(_ header: FileHeader) -> ModelFile? {
        guard case .lossy(_, let identity) = header.color else { return nil }
        return models.first { $0.identity == identity }
    }
}

/// A folder of `TestVectors` with a picture: a stream and what must come out of it.
struct Vector: Sendable, CustomStringConvertible {
    let name: String
    let stream: [UInt8]
    let expected: Expectation

    var description: String { name }

    static let all: [Vector] = {
        let folder = Repository.root.appending(path: "TestVectors")
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
        return paths.filter { $0.hasSuffix("/expected.json") && !$0.contains("sound/") }.sorted().map { path in
            let name = String(path.dropLast("/expected.json".count))
            return try! Vector(name: name, folder: folder.appending(path: name))
        }
    }()

    static let pictures = all.filter { $0.expected.error == nil }
    static let invalid = all.filter { $0.expected.error != nil }

    private init(name: String, folder: URL) throws {
        self.name = name
        stream = try Array(Data(contentsOf: folder.appending(path: "stream.vci")))
        expected = try JSONDecoder().decode(
            Expectation.self, from: Data(contentsOf: folder.appending(path: "expected.json")))
    }
}

/// What `expected.json` says (TestVectors/README.md).
struct Expectation: Decodable, Sendable {
    let tests: String
    let spec: [String]
    let sha256: String?
    let width: Int?
    let height: Int?
    let format: String?
    let levels: Int?
    let completeLevels: Int?
    let truncatedAt: Int?
    let witness: [Witness]?
    let error: ErrorCase?
    let metadata: [Metadata]?

    /// The last state of a range decoder.
    struct Witness: Decodable, Hashable, Sendable {
        let tile: Int
        let level: Int
        let band: Int
        let range: UInt64
        let code: UInt64
    }

    /// An unpacked metadata chunk.
    struct Metadata: Decodable, Hashable, Sendable {
        let kind: String
        let bytes: Int
        let sha256: String
    }
}

/// An error's innermost case, and the offset in it if it has one.
struct ErrorCase: Decodable, Hashable, Sendable {
    let `case`: String
    let offset: Int?

    private init(_ name: String, _ offset: Int? = nil) {
        self.case = name
        self.offset = offset
    }

    /// Written out for the errors that broken files have, so that a renamed case is noticed here.
    init(_ error: CodecError) {
        switch error {
        case .bitstream(let error): self.init(error)
        case .model(.identityMismatch): self.init("identityMismatch")
        default: self.init("\(error)")
        }
    }

    private init(_ error: BitstreamError) {
        switch error {
        case .empty: self.init("empty")
        case .badMagic: self.init("badMagic")
        case .unsupportedVersion(_, _, let offset): self.init("unsupportedVersion", offset)
        case .truncated(let offset, _, _): self.init("truncated", offset)
        case .checksumMismatch(_, let offset, _, _): self.init("checksumMismatch", offset)
        case .invalidChunkKind(_, let offset): self.init("invalidChunkKind", offset)
        case .unknownCriticalChunk(_, let offset): self.init("unknownCriticalChunk", offset)
        case .duplicateChunk(_, let offset, _): self.init("duplicateChunk", offset)
        case .missingChunk(_, let offset): self.init("missingChunk", offset)
        case .unexpectedChunk(_, let offset): self.init("unexpectedChunk", offset)
        case .incompleteField(_, let offset, _, _): self.init("incompleteField", offset)
        case .invalidField(_, _, _, let offset): self.init("invalidField", offset)
        case .invalidVarint(_, let offset): self.init("invalidVarint", offset)
        case .invalidUTF8(_, let offset): self.init("invalidUTF8", offset)
        case .trailingBytes(_, _, let offset): self.init("trailingBytes", offset)
        case .identityMismatch(_, _, let offset): self.init("identityMismatch", offset)
        case .damagedStream(_, let offset): self.init("damagedStream", offset)
        case .limitExceeded(_, _, _, let offset): self.init("limitExceeded", offset)
        }
    }
}

/// SHA-256 of samples, `[height][width][channels]`: bytes, or 16 bits little-endian (SPEC §13).
func digest(_ samples: [UInt16], depth: PixelFormat.BitDepth) -> String {
    let bytes = depth == .eight
        ? samples.map { UInt8($0) } : samples.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    return hexadecimal(SHA256.digest(bytes))
}

func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
