import Media
import VCodec

/// A picture that is being encoded, until someone stops it; then there is no file.
struct EncodingJob: Sendable {
    private let task: Task<[UInt8]?, any Error>

    init(_ picture: ImageBuffer, progress: @escaping @Sendable (Double) -> Void) {
        task = Task {
            do {
                return try await ImageEncoder().encode(picture, progress: progress).bytes
            } catch CodecError.cancelled {
                return nil
            }
        }
    }

    func stop() { task.cancel() }

    var file: [UInt8]? {
        get async throws { try await task.value }
    }
}
