public import Media
internal import Synchronization

extension AudioEncoder {
    /// The bytes of a file from sound as it comes, in bounded memory; every piece is encoded on a thread of its own.
    ///
    ///     for try await bytes in AudioEncoder.bytes(of: recording, format: format) { write(bytes) }
    ///
    /// - Throws: ``CodecError/invalidOption(name:value:allowed:)`` for a quality or bit rate that there is not.
    public static func bytes<Buffers: AsyncSequence>(
        of sound: Buffers, format: AudioFormat, metadata: AudioMetadata = .init(), options: AudioEncodingOptions = .init()
    ) throws(CodecError) -> EncodedSound<Buffers> {
        try options.check()
        return EncodedSound(sound: sound, beginning: AudioEncoder(format: format, metadata: metadata, options: options))
    }
}

/// The bytes of a file of sound that comes buffer by buffer, in pieces that are never empty.
public struct EncodedSound<Buffers: AsyncSequence>: AsyncSequence where Buffers.Element == AudioBuffer {
    public typealias Element = [UInt8]
    fileprivate let sound: Buffers
    fileprivate let beginning: AudioEncoder

    public func makeAsyncIterator() -> Iterator {
        Iterator(sound: sound.makeAsyncIterator(), work: EncoderInUse(beginning))
    }

    public struct Iterator: AsyncIteratorProtocol {
        fileprivate var sound: Buffers.AsyncIterator
        fileprivate let work: EncoderInUse

        /// - Throws: what ``next(isolation:)`` throws.
        public mutating func next() async throws -> [UInt8]? { try await next(isolation: nil) }

        /// - Throws: ``CodecError/invalidOption(name:value:allowed:)`` for a buffer of another format,
        ///   ``CodecError/cancelled`` when the task is cancelled; or what the sound throws.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            while !work.isFinished {
                let work = work
                let buffer = try await sound.next(isolation: actor)
                let bytes = try await BlockingWork.run(progress: nil) { _ throws(CodecError) in try work.encode(buffer) }
                if !bytes.isEmpty { return bytes }
            }
            return nil
        }
    }
}

/// An encoder that stays where it is, while threads come to it.
private final class EncoderInUse: Sendable {
    /// Nil once the file is finished.
    private let encoder: Mutex<AudioEncoder?>

    init(_ encoder: AudioEncoder) { self.encoder = Mutex(encoder) }

    var isFinished: Bool { encoder.withLock { $0 == nil } }

    /// - Parameter buffer: nil after the last one.
    func encode(_ buffer: AudioBuffer?) throws(CodecError) -> [UInt8] {
        try encoder.withLock { encoder throws(CodecError) in
            guard let buffer else {
                defer { encoder = nil }
                return encoder?.finish() ?? []
            }
            guard let format = encoder?.format, buffer.format == format else {
                throw .invalidOption(
                    name: "format", value: "\(buffer.format)", allowed: encoder.map { "\($0.format)" } ?? "none any more")
            }
            return encoder?.append(buffer) ?? []
        }
    }
}
