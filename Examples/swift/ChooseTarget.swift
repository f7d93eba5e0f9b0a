import Media
import VCodec

/// The best file of at most so many bytes; without any loss where even that fits.
func file(of picture: ImageBuffer, within bytes: Int) throws(CodecError) -> [UInt8] {
    var options = EncodingOptions()
    options.target = .bytes(bytes)
    options.effort = Effort(2)
    return try ImageEncoder(options: options).encode(picture).bytes
}
