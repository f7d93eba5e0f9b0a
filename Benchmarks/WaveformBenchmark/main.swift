// Bits a sample and speed of lossless sound, each way, block by block.
//
//     swift run -c release WaveformBenchmark CHANNELS BLOCK FILE…
//
// Files hold interleaved 16-bit samples, least significant byte first; BLOCK is in frames.
import Foundation
import IntegerKernels
import WaveformCoding

/// Of the processor: the machine may be busy with more than this.
func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = clock()
    try body()
    return Double(clock() - start) / Double(CLOCKS_PER_SEC)
}

/// `[block][channel][frame]`
func blocks(of path: String, channels: Int, frames: Int) throws -> [[[Int32]]] {
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    let samples = stride(from: 0, to: bytes.count - 1, by: 2).map { Int32(Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)) }
    let total = samples.count / channels
    return stride(from: 0, to: total, by: frames).map { start in
        (0..<channels).map { channel in (start..<min(total, start + frames)).map { samples[$0 * channels + channel] } }
    }
}

let arguments = CommandLine.arguments
guard arguments.count > 3, let channels = Int(arguments[1]), let frames = Int(arguments[2]) else {
    print("usage: WaveformBenchmark CHANNELS BLOCK FILE…")
    exit(2)
}
let encoder = WaveformEncoder(channels: channels, bits: 16), decoder = WaveformDecoder(channels: channels, bits: 16)
for path in arguments.dropFirst(3) {
    let blocks = try blocks(of: path, channels: channels, frames: frames)
    var payloads: [[UInt8]] = [], decoded: [[[Int32]]] = []
    let encoding = seconds { payloads = blocks.map { encoder.encode($0) } }
    let decoding = try seconds { decoded = try zip(blocks, payloads).map { try decoder.decode($1[...], frames: $0[0].count) } }
    precondition(decoded == blocks, "\(path) does not come back")
    let total = blocks.reduce(0) { $0 + $1[0].count }, bytes = payloads.reduce(0) { $0 + $1.count }
    let played = Double(total) / 44100
    print(
        URL(fileURLWithPath: path).lastPathComponent, "\(bytes) bytes",
        String(format: "%.4f bits/sample, encode %.1f×, decode %.1f× real time (44.1 kHz), %.0f ns/sample", 8 * Double(bytes) / Double(total * channels), played / encoding, played / decoding, 1e9 * decoding / Double(total * channels)))
}
