import Media
import VCodec

/// What `vcodec info` prints; the names of the fields are those of the JSON.
struct StreamReport: Report {
    /// One level of the hierarchy over all tiles.
    struct Level: Encodable {
        /// 3 is the coarsest.
        let level: Int
        let chunks: Int
        let bytes: Int
    }

    struct Chunk: Encodable {
        /// The letter of SPEC §2.
        let kind: String
        let offset: Int
        let length: Int
        let tile: Int?
        let level: Int?
    }

    let file: String
    let bytes: Int
    let width: Int
    let height: Int
    let format: String
    let bitsPerPixel: Double
    let isLossless: Bool
    /// How far colour samples may be off, in steps of 8 bits; absent where a model coded them.
    let maximumError: Int?
    let qualityPoint: Int?
    let model: String?
    let tiles: Int
    /// Coarsest first; empty for lossless colour.
    let levels: [Level]
    /// How many levels, coarsest first, are there for every tile; 4 for lossless colour.
    let completeLevels: Int
    /// The first byte that is missing or of no use; absent when the file is whole.
    let truncatedAt: Int?
    let chunks: [Chunk]

    init(file: String, bytes: Int, _ info: StreamInfo) {
        self.file = file
        self.bytes = bytes
        width = info.width
        height = info.height
        format = info.format.description
        bitsPerPixel = VCodecTool.bitsPerPixel(
            bytes: bytes, width: info.width, height: info.height)
        isLossless = info.isLossless
        maximumError = info.maximumError
        qualityPoint = info.qualityPoint
        model = info.modelIdentity
        tiles = info.tiles
        truncatedAt = info.truncatedAt
        chunks = info.chunks.map {
            Chunk(
                kind: $0.kind, offset: $0.offset, length: $0.length, tile: $0.tile, level: $0.level)
        }
        levels = Self.levels(info)
        completeLevels = info.completeLevels
    }

    private static func levels(_ info: StreamInfo) -> [Level] {
        guard info.maximumError == nil else { return [] }
        return (0...3).reversed().map { level in
            let chunks = info.chunks.filter { $0.level == level }
            return Level(
                level: level, chunks: chunks.count, bytes: chunks.reduce(0) { $0 + $1.length })
        }
    }
}

extension StreamReport {
    /// For people.
    var text: String {
        var lines = [
            "\(file)   \(width)×\(height) \(format)   "
                + "\(bytes.grouped) bytes (\(bitsPerPixel.fixed(2)) bpp)",
            "  coding    " + coding,
        ]
        if tiles > 1 { lines.append("  tiles     \(tiles)") }
        if maximumError == nil { lines.append("  levels    \(completeLevels) of 4 complete") }
        if !metadata.isEmpty {
            lines.append("  metadata  " + metadata.joined(separator: ", "))
        }
        return lines.joined(separator: "\n")
    }

    private var coding: String {
        guard let qualityPoint else {
            return isLossless ? "lossless" : "no sample off by more than \(maximumError ?? 0) steps of 8 bits"
        }
        return "quality point \(qualityPoint) of 0 … 63, model \(model ?? "unknown")"
    }

    private var metadata: [String] {
        ["c", "x", "p", "g", "d", "t"].compactMap { kind in
            let count = chunks.count { $0.kind == kind }
            return count == 0 ? nil : Self.words(kind) + (count > 1 ? " (\(count))" : "")
        }
    }

    /// A table of where the bytes go.
    var statistics: String {
        var rows: [(part: String, chunks: Int, bytes: Int)] = [
            ("signature", 0, chunks.first?.offset ?? 0)
        ]
        for chunk in chunks {
            let part = chunk.level.map { "level \($0)" } ?? Self.words(chunk.kind)
            if let index = rows.firstIndex(where: { $0.part == part }) {
                rows[index].chunks += 1
                rows[index].bytes += chunk.length
            } else {
                rows.append((part, 1, chunk.length))
            }
        }
        let rest = bytes - rows.reduce(0) { $0 + $1.bytes }
        if rest > 0 { rows.append(("incomplete", 0, rest)) }
        let heading = "  part             chunks       bytes      bpp    share"
        return ([heading] + rows.map(line)).joined(separator: "\n")
    }

    private func line(part: String, chunks: Int, bytes: Int) -> String {
        let rate = VCodecTool.bitsPerPixel(bytes: bytes, width: width, height: height)
        let share = Double(bytes) * 100 / Double(self.bytes)
        return "  " + part.left(16) + "\(chunks)".right(7) + bytes.grouped.right(12)
            + rate.fixed(4).right(9) + "\(share.fixed(1)) %".right(9)
    }

    private static func words(_ kind: String) -> String {
        switch kind {
        case "H": "header"
        case "L": "level"
        case "P": "plane"
        case "S": "samples"
        case "c": "ICC profile"
        case "x": "EXIF"
        case "p": "XMP"
        case "t": "text"
        case "g": "colour"
        case "d": "pixel density"
        default: "chunk \(kind)"
        }
    }
}
