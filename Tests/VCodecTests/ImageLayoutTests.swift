import Media
import TestSupport
import Testing
import VCodec

/// Samples in the caller's memory.
@Suite struct ImageLayoutTests {
    static let formats = PixelFormat.Channels.allCases.flatMap { channels in
        PixelFormat.BitDepth.allCases.map { PixelFormat(channels, $0) }
    }

    private static func file(_ image: ImageBuffer) throws -> [UInt8] {
        var options = EncodingOptions()
        options.target = .lossless
        return try ImageEncoder(options: options).encode(image).bytes
    }

    /// A sample of two bytes in the machine's order.
    private static func sample(_ memory: [UInt8], at offset: Int, _ depth: PixelFormat.BitDepth) -> UInt16 {
        guard depth == .sixteen else { return UInt16(memory[offset]) }
        let bytes = (memory[offset], memory[offset + 1])
        let little = UInt16(bytes.0) | UInt16(bytes.1) << 8
        return UInt16(littleEndian: 1) == 1 ? little : little.byteSwapped
    }

    @Test(arguments: formats)
    func samplesComeAndTheRestStays(format: PixelFormat) throws {
        var random = SeededGenerator(seed: UInt64(format.channels.count))
        for padding in [0, 1, Int.random(in: 2...40, using: &random)] {
            let image = Scenes.picture(.random(in: 1...30, using: &random), .random(in: 1...30, using: &random), format)
            let file = try Self.file(image)
            let (size, perRow) = (format.bitDepth.bits / 8, image.width * format.channels.count)
            let layout = ImageLayout(of: try StreamInfo(file), stride: perRow * size + padding)
            var memory = [UInt8](repeating: 0xA5, count: layout.byteCount + 3)
            var span = memory.mutableSpan
            var bytes = unsafe span.mutableBytes
            let details = try ImageDecoder().decode(file, into: &bytes, layout: layout)
            #expect(details.completeLevels == 4 && details.truncatedAt == nil)

            var untouched = memory
            for row in 0..<image.height {
                for i in 0..<perRow {
                    let offset = row * layout.stride + i * size
                    #expect(Self.sample(memory, at: offset, format.bitDepth) == image.samples[row * perRow + i])
                    for byte in 0..<size { untouched[offset + byte] = 0xA5 }
                }
            }
            #expect(untouched.allSatisfy { $0 == 0xA5 })
        }
    }

    /// The error comes before any work: of a file whose samples are damaged, the damage is never seen.
    @Test func whatDoesNotFitIsRefusedFirst() throws {
        let image = Scenes.picture(12, 9)
        let file = try Self.file(image)
        let layout = ImageLayout(of: try StreamInfo(file))
        #expect(layout.byteCount == 12 * 9 * 3 && layout.stride == 36)
        try expect(.bufferTooSmall(needed: 324, given: 323), file, layout, count: 323)
        try expect(.bufferTooSmall(needed: 8 * 40 + 36, given: 9 * 36), file, ImageLayout(of: StreamInfo(file), stride: 40), count: 324)
        try expect(
            .invalidOption(name: "stride", value: "35", allowed: "36 bytes, which a row has, or more"), file,
            ImageLayout(of: StreamInfo(file), stride: 35), count: 1000)
        for wrong in [
            ImageLayout(width: 9, height: 12, format: image.format), ImageLayout(width: 12, height: 9, format: PixelFormat(.grey, .eight)),
            ImageLayout(width: 12, height: 9, format: PixelFormat(.rgb, .sixteen)),
        ] {
            let value = "\(wrong.width)×\(wrong.height) \(wrong.format)"
            try expect(
                .invalidOption(name: "layout", value: value, allowed: "12×9 RGB, 8 bits"), file, wrong, count: 10_000)
        }
    }

    /// Sizes that nobody has, which no arithmetic may trap over.
    @Test func layoutsMayBeAbsurd() throws {
        let format = PixelFormat(.rgba, .sixteen)
        #expect(ImageLayout(width: .max, height: 2, format: format).byteCount == .max)
        #expect(ImageLayout(width: 4, height: .max, format: format).byteCount == .max)
        let file = try Self.file(Scenes.picture(12, 9))
        let layout = ImageLayout(of: try StreamInfo(file), stride: .max)
        try expect(.bufferTooSmall(needed: .max, given: 324), file, layout, count: 324)
        // There is nothing behind the last row.
        #expect(ImageLayout(width: 5, height: 1, format: format, stride: .max).byteCount == 40)
    }

    private func expect(_ error: CodecError, _ file: [UInt8], _ layout: ImageLayout, count: Int) throws {
        let watcher = Watcher()
        var memory = [UInt8](repeating: 0xA5, count: count)
        #expect(throws: error) {
            var span = memory.mutableSpan
            var bytes = unsafe span.mutableBytes
            try ImageDecoder().decode(file, into: &bytes, layout: layout, progress: watcher.progress)
        }
        #expect(watcher.parts.isEmpty && memory.allSatisfy { $0 == 0xA5 })
    }

    @Test func cancellationLeavesTheMemory() throws {
        let file = try Self.file(Scenes.picture(64, 64))
        let watcher = Watcher()
        var memory = [UInt8](repeating: 0xA5, count: 64 * 64 * 3)
        let layout = ImageLayout(of: try StreamInfo(file))
        #expect(throws: CodecError.cancelled) {
            var span = memory.mutableSpan
            var bytes = unsafe span.mutableBytes
            try ImageDecoder().decode(
                file, into: &bytes, layout: layout, progress: watcher.progress, isCancelled: watcher.isCancelled)
        }
        #expect(memory.allSatisfy { $0 == 0xA5 })
    }
}
