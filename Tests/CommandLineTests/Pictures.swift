import Media
import MediaFiles

/// Slopes, an edge and a little texture; different in each channel.
func picture(
    _ width: Int, _ height: Int, _ channels: PixelFormat.Channels = .rgb,
    _ depth: PixelFormat.BitDepth = .eight
) -> ImageBuffer {
    var samples: [UInt16] = []
    for y in 0..<height {
        for x in 0..<width {
            for channel in 0..<channels.count {
                let slope = 40 + (x * (3 - channel) + y * (channel + 1)) * 30 / (width + height)
                let value = slope + (x > y ? 60 : 0) + (x * y + channel) % 5
                samples.append(UInt16(depth == .eight ? value : value * 257 - x % 3))
            }
        }
    }
    return ImageBuffer(
        width: width, height: height, format: PixelFormat(channels, depth), samples: samples)
}

extension Workspace {
    /// Writes a picture under a name that says its format.
    func write(
        _ image: ImageBuffer, _ metadata: ImageMetadata = ImageMetadata(), to name: String
    ) throws {
        let kind = try ImageFileKind(fileName: name)
        try write(try ImageFileWriter(kind).write(image, metadata: metadata), to: name)
    }

    func read(_ name: String) throws -> ImageFile {
        try ImageFileReader().read(try bytes(name))
    }
}
