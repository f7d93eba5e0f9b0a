import AudioCodec
import BitstreamFormat
import IntegerKernels
import SpectralCoding
import TestSupport
import VCodec

/// Files of lossy sound that no encoder makes: random bytes are spectral blocks, too.
struct LossySound {
    let header: SoundHeader
    let file: [UInt8]
    /// All of its samples.
    let samples: SampleBlock
    /// Where each block's chunk starts, and the first byte after the last one.
    let offsets: [Int]
    /// Frames of each block.
    let frames: [Int]

    /// - Parameter frames: of all blocks; all but the last are full.
    init(
        _ kind: SoundHeader.SampleKind = .integer(bits: 16), sampleRate: Int = 8000, channels: Int, superframes: Int = 3,
        frames: Int, using random: inout some RandomNumberGenerator
    ) throws {
        let length = superframes * SoundHeader.superframe(sampleRate: sampleRate)
        let header = SoundHeader(
            sampleRate: sampleRate, channels: channels, sampleKind: kind, blockLength: length,
            coding: .lossy(model: SpectralModel.standard.identity))
        let starts = stride(from: 0, to: frames, by: length)
        let blocks = starts.map { Self.block(header, frames: min(length, frames - $0), using: &random) }
        self.init(header, blocks)
    }

    /// A file that ends after so many blocks.
    func prefix(blocks count: Int) -> LossySound { LossySound(header, Array(blocks[..<count])) }

    private typealias Block = (payload: BlockPayload, signal: SpectralSignal)
    private let blocks: [Block]

    private init(_ header: SoundHeader, _ blocks: [Block]) {
        var writer = SoundBitstream.Writer()
        var file = writer.begin(header, metadata: [])
        var offsets = [file.count]
        for block in blocks {
            file += writer.append(block.payload)
            offsets.append(file.count)
        }
        self.header = header
        self.blocks = blocks
        self.offsets = offsets
        self.file = file + writer.finish()
        frames = blocks.map(\.payload.frames)
        samples = Self.samples(blocks, header)
    }

    /// Of a range of blocks joined from first to last.
    private static func samples(_ blocks: [Block], _ header: SoundHeader) -> SampleBlock {
        var joiner = SignalJoiner(kernel: .reference)
        var values = [[Int32]](repeating: [], count: header.channels)
        func append(_ more: [[Int32]]) { for (channel, more) in more.enumerated() { values[channel] += more } }
        for block in blocks {
            var signal = block.signal
            signal.unfoldInside(kernel: .reference)
            append(joiner.append(signal, frames: block.payload.frames))
        }
        append(joiner.finish())
        return SampleBlock(signal: values, header.sampleKind)
    }

    /// From 100 steps of 16 bits to twice the full scale.
    private static func isLoud(_ peak: UInt32) -> Bool { 6400...1 << 22 ~= peak }

    private static func block(_ header: SoundHeader, frames: Int, using random: inout some RandomNumberGenerator) -> Block {
        let decoder = SpectralDecoder(
            model: .standard, sampleRate: header.sampleRate, channels: header.channels, kernel: .reference)
        // Most random bytes are silence, or refused.
        while true {
            let quality = Int16.random(in: -1000...1000, using: &random)
            let stream = (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            let content = [UInt8(truncatingIfNeeded: quality), UInt8(truncatingIfNeeded: quality >> 8)] + stream
            guard let signal = try? decoder.decode(stream[...], quality: Int(quality), frames: frames) else { continue }
            let peak = signal.channels.flatMap { $0.prefix(frames) }.map(\.magnitude).max() ?? 0
            guard isLoud(peak) || Int.random(in: 0..<50, using: &random) == 0 else { continue }
            let digest = SampleBlock.integer(signal.channels).digest
            return (BlockPayload(frames: frames, digest: digest, content: content[...]), signal)
        }
    }
}
