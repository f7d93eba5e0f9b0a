import Media
import VCodec

/// Encodes sound while it is recorded; `write` gets the bytes of the file in order.
func encode(_ recording: AsyncStream<AudioBuffer>, format: AudioFormat, write: ([UInt8]) throws -> Void) async throws {
    for try await bytes in try AudioEncoder.bytes(of: recording, format: format) {
        try write(bytes)
    }
}

/// Decodes a file while it comes; `play` gets its sound in order.
func decode(_ file: AsyncStream<[UInt8]>, play: (AudioBuffer) throws -> Void) async throws {
    for try await buffer in AudioDecoder.buffers(of: file) {
        try play(buffer)
    }
}
