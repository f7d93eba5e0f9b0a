import Media
import VCodec

/// A picture from anyone, whose samples take at most so many bytes; what is larger is refused by its header.
func picture(fromAnyone file: [UInt8], bytes: Int) async throws(CodecError) -> ImageBuffer {
    var options = DecodingOptions()
    options.maximumSampleBytes = bytes
    return try await ImageDecoder(options: options).decode(file).image
}
