import Media
import TestSupport

/// Pictures for tests, made of seeds.
enum Pictures {
    static let formats = PixelFormat.Channels.allCases.flatMap { channels in
        PixelFormat.BitDepth.allCases.map { PixelFormat(channels, $0) }
    }

    /// A gradient with noise on it, and holes in alpha.
    static func picture(_ width: Int, _ height: Int, _ format: PixelFormat, seed: UInt64) -> ImageBuffer {
        var generator = SeededGenerator(seed: seed)
        let (channels, top) = (format.channels.count, Int(format.bitDepth.maximumSample))
        var samples: [UInt16] = []
        for y in 0..<height {
            for x in 0..<width {
                for channel in 0..<channels {
                    let isAlpha = format.channels.hasAlpha && channel == channels - 1
                    let noise = Int.random(in: 0...top / 16, using: &generator)
                    let slope = top * (x + 2 * y + 9 * channel) / (width + 2 * height + 27)
                    samples.append(UInt16(isAlpha ? (x + y) % 3 == 0 ? 0 : top - noise : min(top, slope + noise)))
                }
            }
        }
        return ImageBuffer(width: width, height: height, format: format, samples: samples)
    }

    /// Metadata of every kind.
    static let metadata: ImageMetadata = {
        var metadata = ImageMetadata()
        metadata.colorProfile = ColorProfile(name: "Größe", bytes: Array(0...200) + Array(repeating: 7, count: 300))
        metadata.codingPoints = CodingPoints(primaries: 9, transfer: 16, matrix: 0, fullRange: 1)
        metadata.renderingIntent = .saturation
        metadata.gamma = 45455
        metadata.chromaticities = Chromaticities(
            white: .init(x: 31270, y: 32900), red: .init(x: 64000, y: 33000), green: .init(x: 30000, y: 60000),
            blue: .init(x: 15000, y: 6000))
        metadata.exif = [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 0, 0]
        metadata.xmp = Array("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>".utf8)
        metadata.pixelDensity = PixelDensity(x: 2835, y: 2834, unit: .metre)
        metadata.text = [
            TextEntry(keyword: "Title", text: "a\nb"),
            TextEntry(keyword: "Title", text: "雪", language: "ja", translatedKeyword: "題"),
        ]
        return metadata
    }()
}
