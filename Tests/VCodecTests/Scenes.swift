import Media
import TestSupport

/// Pictures and sounds that are neither trivial nor hopeless, made of seeds.
enum Scenes {
    /// A slope under noise, which no two neighbours share.
    static func picture(_ width: Int, _ height: Int, _ format: PixelFormat = PixelFormat(.rgb, .eight)) -> ImageBuffer {
        var random = SeededGenerator(seed: UInt64(width * 10_000 + height))
        let (channels, top) = (format.channels.count, Int(format.bitDepth.maximumSample))
        let samples = (0..<width * height * channels).map { i in
            let (x, y) = (i / channels % width, i / channels / width)
            let slope = top * (x + 2 * y + 9 * (i % channels)) / (width + 2 * height + 27)
            return UInt16(min(top, slope + Int.random(in: 0...top / 16, using: &random)))
        }
        return ImageBuffer(width: width, height: height, format: format, samples: samples)
    }

    /// Stripes and boxes of few colours.
    static func drawing(_ width: Int, _ height: Int) -> ImageBuffer {
        let samples = (0..<width * height * 3).map { i in
            let (x, y) = (i / 3 % width, i / 3 / width)
            return UInt16((x / 23 + y / 17) % 3 * 90 + i % 3 * 20)
        }
        return ImageBuffer(width: width, height: height, format: PixelFormat(.rgb, .eight), samples: samples)
    }

    /// A saw-tooth under noise.
    static func sound(_ frames: Int, channels: Int = 2, sample: SampleFormat = .integer(bits: 16)) -> AudioBuffer {
        var random = SeededGenerator(seed: UInt64(frames * 8 + channels))
        let values = (0..<channels).map { channel in
            (0..<frames).map { frame in frame % (40 + 7 * channel) * 300 - 6000 + Int.random(in: -200...200, using: &random) }
        }
        let samples: AudioSamples =
            switch sample {
            case .integer(let bits): .integer(values.map { $0.map { Int32($0) << max(0, Int32(bits) - 16) } })
            case .float32: .float32(values.map { $0.map { Float($0) / 32768 } })
            case .float64: .float64(values.map { $0.map { Double($0) / 32768 } })
            }
        return AudioBuffer(format: AudioFormat(sampleRate: 16_000, channels: channels, sample: sample), samples: samples)
    }
}
