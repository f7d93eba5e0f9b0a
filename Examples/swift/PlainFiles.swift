import Media

/// The two simplest files there are.
enum PlainFiles {
    /// P6 with 8 bits, and no comments.
    static func ppm(_ file: [UInt8]) throws -> ImageBuffer {
        var fields: [Int] = []
        var at = 2
        while file.prefix(2) == Array("P6".utf8)[...], fields.count < 3, at < file.count {
            let field = file[(at + 1)...].prefix { (0x30...0x39).contains($0) }
            fields.append(Int(String(decoding: field.prefix(8), as: UTF8.self)) ?? 0)
            at = field.endIndex
        }
        guard fields.count == 3, fields[0] > 0, fields[1] > 0, fields[2] == 255, file.count == at + 1 + 3 * fields[0] * fields[1]
        else { throw Failure("no PPM of 8 bits") }
        return ImageBuffer(
            width: fields[0], height: fields[1], format: PixelFormat(.rgb, .eight), samples: file[(at + 1)...].map { UInt16($0) })
    }

    /// PCM of 16 bits behind a header of 44 bytes.
    static func wav(_ file: [UInt8]) throws -> AudioBuffer {
        func number(_ at: Int, _ count: Int) -> Int { (0..<count).reduce(0) { $0 | Int(file[at + $1]) << (8 * $1) } }
        func name(_ at: Int) -> String { String(decoding: file[at..<at + 4], as: UTF8.self) }
        guard file.count >= 44, name(8) == "WAVE", name(12) == "fmt ", name(36) == "data", number(20, 2) == 1, number(34, 2) == 16,
            AudioFormat.channelCounts.contains(number(22, 2)), AudioFormat.sampleRates.contains(number(24, 4))
        else { throw Failure("no WAV of 16 bits") }
        let format = AudioFormat(sampleRate: number(24, 4), channels: number(22, 2), sample: .integer(bits: 16))
        let frames = min(number(40, 4), file.count - 44) / (2 * format.channels)
        let samples = (0..<format.channels).map { channel in
            (0..<frames).map { frame in
                Int32(Int16(truncatingIfNeeded: number(44 + 2 * (frame * format.channels + channel), 2)))
            }
        }
        return AudioBuffer(format: format, samples: .integer(samples))
    }
}
