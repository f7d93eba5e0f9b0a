import Media
import VCodec

/// A `.vci` file of a picture whose red, green and blue are bytes, side by side.
func file(of pixels: [UInt8], width: Int, height: Int) throws(CodecError) -> [UInt8] {
    let picture = ImageBuffer(
        width: width, height: height, format: PixelFormat(.rgb, .eight), samples: pixels.map { UInt16($0) })
    return try ImageEncoder().encode(picture).bytes
}
