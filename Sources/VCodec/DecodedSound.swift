public import Media
internal import Synchronization

extension AudioDecoder {
    /// Sound from the bytes of a file as they come, in bounded memory; every piece is decoded on a thread of its own.
    ///
    ///     for try await buffer in AudioDecoder.buffers(of: pieces) { play(buffer) }
    public static func buffers<Bytes: AsyncSequence>(
        of bytes: Bytes, options: DecodingOptions = .init()
    ) -> DecodedSound<Bytes> {
        DecodedSound(bytes: bytes, options: options)
    }
}

/// The buffers of a file whose bytes come piece by piece. A file that is cut short gives what is there.
public struct DecodedSound<Bytes: AsyncSequence>: AsyncSequence where Bytes.Element == [UInt8] {
    public typealias Element = AudioBuffer
    fileprivate let bytes: Bytes
    fileprivate let options: DecodingOptions

    public func makeAsyncIterator() -> Iterator {
        Iterator(bytes: bytes.makeAsyncIterator(), work: DecoderInUse(AudioDecoder(options: options)))
    }

    public struct Iterator: AsyncIteratorProtocol {
        fileprivate var bytes: Bytes.AsyncIterator
        fileprivate let work: DecoderInUse

        /// What is known about the file by now: its format and metadata, and where it ends too early.
        public var decoder: AudioDecoder { work.decoder.withLock { $0 } }

        /// - Throws: a ``CodecError`` for what is wrong with the file, and when the task is cancelled; or what the bytes throw.
        public mutating func next() async throws -> AudioBuffer? { try await next(isolation: nil) }

        /// - Throws: a ``CodecError`` for what is wrong with the file, and when the task is cancelled; or what the bytes throw.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> AudioBuffer? {
            while true {
                let work = work
                let buffer = try await BlockingWork.run(progress: nil) { _ throws(CodecError) in
                    try work.decoder.withLock { decoder throws(CodecError) in try decoder.next() }
                }
                if let buffer { return buffer }
                guard !work.hasAllBytes.load(ordering: .relaxed) else { return nil }
                let piece = try await bytes.next(isolation: actor)
                work.decoder.withLock { decoder in
                    if let piece { decoder.append(piece) } else { decoder.finish() }
                }
                if piece == nil { work.hasAllBytes.store(true, ordering: .relaxed) }
            }
        }
    }
}

/// A decoder that stays where it is, while threads come to it.
private final class DecoderInUse: Sendable {
    let decoder: Mutex<AudioDecoder>
    let hasAllBytes = Atomic(false)

    init(_ decoder: AudioDecoder) { self.decoder = Mutex(decoder) }
}
