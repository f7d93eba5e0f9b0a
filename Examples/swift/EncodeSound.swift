import Media
import VCodec

/// A `.vca` file of a whole recording.
func file(of recording: AudioBuffer, coding: AudioCoding) async throws(CodecError) -> [UInt8] {
    var options = AudioEncodingOptions()
    options.coding = coding
    return try await AudioEncoder.encode(recording, options: options)
}
