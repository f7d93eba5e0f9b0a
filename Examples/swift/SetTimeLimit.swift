import Media
import VCodec

/// The file of a high effort, or that of the lowest if the time is over before.
func file(of picture: ImageBuffer, in limit: Duration) throws(CodecError) -> [UInt8] {
    let end = ContinuousClock.now + limit
    var options = EncodingOptions()
    options.effort = Effort(8)
    do {
        return try ImageEncoder(options: options).encode(picture, isCancelled: { ContinuousClock.now > end }).bytes
    } catch .cancelled {
        options.effort = Effort(0)
        return try ImageEncoder(options: options).encode(picture).bytes
    }
}
