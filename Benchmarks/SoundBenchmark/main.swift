// Speed of lossy sound on one core, each way, in times of real time.
//
//     swift run -c release SoundBenchmark KBPS CHANNELS FILE…
//
// Files hold interleaved 16-bit samples at 48 kHz, least significant byte first.
import Foundation
import Media
import VCodec

/// Of the processor: the machine may be busy with more than this.
func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = clock()
    try body()
    return Double(clock() - start) / Double(CLOCKS_PER_SEC)
}

func sound(of path: String, channels: Int) throws -> AudioBuffer {
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    let samples = stride(from: 0, to: bytes.count - 1, by: 2).map { Int32(Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)) }
    let frames = samples.count / channels
    return AudioBuffer(
        format: AudioFormat(sampleRate: 48000, channels: channels, sample: .integer(bits: 16)),
        samples: .integer((0..<channels).map { channel in (0..<frames).map { samples[$0 * channels + channel] } }))
}

let arguments = CommandLine.arguments
guard arguments.count > 3, let rate = Double(arguments[1]), let channels = Int(arguments[2]) else {
    print("usage: SoundBenchmark KBPS CHANNELS FILE…")
    exit(2)
}
var options = AudioEncodingOptions()
options.threads = 1
options.coding = .bitrate(kilobitsPerSecond: rate)
var decoding = DecodingOptions()
decoding.threads = 1
for path in arguments.dropFirst(3) {
    let sound = try sound(of: path, channels: channels)
    var file: [UInt8] = [], frames = 0
    let encoded = seconds { file = AudioEncoder.encode(sound, options: options) }
    let decoded = try seconds { frames = try AudioDecoder.decode(file, options: decoding).buffers.reduce(0) { $0 + $1.frameCount } }
    precondition(frames == sound.frameCount, "\(path) does not come back whole")
    let played = Double(frames) / 48000
    print(
        path, String(format: "%.1f kbit/s, encoding %.0f, decoding %.0f times real time", Double(file.count) * 8 / played / 1000,
            played / encoded, played / decoded))
}
