import Media
import VCodec

/// What `vcodec info` prints of a `.vca` file; the names of the fields are those of the JSON.
struct SoundReport: Report {
    struct Tag: Encodable {
        let key: String
        let value: String
    }

    struct Block: Encodable {
        let offset: Int
        let length: Int
        let frames: Int
        /// Of lossy sound: how much finer its steps are than the model's, in 1/256 of an octave.
        let fineness: Int?
    }

    let file: String
    let bytes: Int
    let sampleRate: Int
    let channels: Int
    /// As `16-bit integers`.
    let samples: String
    let frames: Int
    let seconds: Double
    let kilobitsPerSecond: Double
    let isLossless: Bool
    /// Absent where sound is lossless.
    let model: String?
    let tags: [Tag]
    /// Names of the RIFF chunks that are carried.
    let riffChunks: [String]
    /// The first byte that is missing or of no use; absent when the file is whole.
    let truncatedAt: Int?
    let blocks: [Block]

    private let readable: String

    private enum CodingKeys: String, CodingKey {
        case file, bytes, sampleRate, channels, samples, frames, seconds, kilobitsPerSecond, isLossless, model, tags
        case riffChunks, truncatedAt, blocks
    }

    init(file: String, _ info: AudioInfo) {
        self.file = file
        bytes = info.byteCount
        sampleRate = info.format.sampleRate
        channels = info.format.channels
        samples = info.format.sample.description
        frames = info.frameCount
        seconds = Double(frames) / Double(sampleRate)
        kilobitsPerSecond = info.format.kilobitsPerSecond(bytes: bytes, frames: frames)
        isLossless = info.isLossless
        model = info.modelIdentity
        tags = info.metadata.tags.map { Tag(key: $0.key, value: $0.value) }
        riffChunks = info.metadata.chunks.map(\.id)
        truncatedAt = info.truncatedAt
        blocks = info.blocks.map { Block(offset: $0.offset, length: $0.length, frames: $0.frames, fineness: $0.fineness) }
        readable = info.format.readable(frames: info.frameCount)
    }
}

extension SoundReport {
    /// For people.
    var text: String {
        var lines = [
            "\(file)   \(readable)   \(bytes.grouped) bytes (\(kilobitsPerSecond.fixed(1)) kbit/s)",
            "  coding    \(model.map { "lossy, model \($0)" } ?? "lossless"), \(blocks.count) block\(blocks.count == 1 ? "" : "s")",
        ]
        lines += tags.map { "  " + $0.key.lowercased().printable.left(10) + $0.value.printable }
        if !riffChunks.isEmpty { lines.append("  chunks    " + riffChunks.map(\.printable).joined(separator: ", ")) }
        return lines.joined(separator: "\n")
    }

    /// A table of where the bytes go.
    var statistics: String {
        let coded = blocks.reduce(0) { $0 + $1.length }
        let before = blocks.first?.offset ?? bytes
        let rows = [("header and text", before), ("blocks", coded), ("end", bytes - before - coded)]
        let heading = "  part                   bytes   bits/sample    share"
        return ([heading] + rows.map(line)).joined(separator: "\n")
    }

    private func line(part: String, bytes: Int) -> String {
        let bits = Double(bytes) * 8 / Double(max(1, frames * channels))
        let share = Double(bytes) * 100 / Double(max(1, self.bytes))
        return "  " + part.left(16) + bytes.grouped.right(12) + bits.fixed(4).right(14) + "\(share.fixed(1)) %".right(9)
    }
}
