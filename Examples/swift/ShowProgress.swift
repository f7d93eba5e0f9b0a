import Media
import VCodec

/// Encodes away from the caller's thread, and says in percent how far it is.
func file(of picture: ImageBuffer, says: @escaping @Sendable (String) -> Void) async throws(CodecError) -> [UInt8] {
    var options = EncodingOptions()
    options.target = .lossless
    let encoded = try await ImageEncoder(options: options).encode(picture) { part in
        says("\(Int(part * 100)) %")
    }
    return encoded.bytes
}
