import Media
import VCodec

/// The picture in a file, and a warning where the file is cut short.
func picture(in file: [UInt8]) throws(CodecError) -> (picture: ImageBuffer, warning: String?) {
    let decoded = try ImageDecoder().decode(file)
    let warning = decoded.truncatedAt.map { "ends at byte \($0): \(decoded.completeLevels) of 4 levels are there" }
    return (decoded.image, warning)
}
