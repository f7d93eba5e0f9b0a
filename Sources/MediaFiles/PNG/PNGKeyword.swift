/// Keywords of texts and names of profiles: 1 … 79 bytes of Latin-1 without zeros.
enum PNGKeyword {
    static let maximumLength = 79

    /// The keyword of an iTXt chunk that holds an XMP packet.
    static let xmp = "XML:com.adobe.xmp"

    /// The bytes of a keyword and the zero that ends it.
    static func encode(_ keyword: String) throws(MediaFileError) -> [UInt8] {
        guard let bytes = keyword.latin1, 1...maximumLength ~= bytes.count, !bytes.contains(0)
        else { throw .invalidKeyword(keyword) }
        return bytes + [0]
    }
}
