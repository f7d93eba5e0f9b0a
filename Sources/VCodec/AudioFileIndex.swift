internal import AudioCodec
internal import BitstreamFormat
internal import IntegerKernels
public import Media

/// Finds its way in a whole `.vca` file: what it holds, and where to read for any frame (SPEC §17.5).
///
///     let index = try AudioFileIndex(size: size) { try file.read($0) }
///     let (decoder, offset, skipped) = index.decoder(atFrame: 48000 * 60)
///     // append the file's bytes from `offset` on; drop the first `skipped` frames
public struct AudioFileIndex: Sendable {
    public let format: AudioFormat
    public let metadata: AudioMetadata
    /// Metadata that could not be read, in words.
    public let metadataWarnings: [String]
    /// Of the whole file.
    public let frameCount: Int

    private let header: SoundHeader
    private let blocks: BlockIndex
    /// Where the chunk `E` starts.
    private let end: Int

    /// - Parameters:
    ///   - size: bytes of the file.
    ///   - read: gives the bytes of a range within the file.
    /// - Throws: what is wrong with the file, also if it is cut short; or what `read` throws.
    public init(size: Int, read: (Range<Int>) throws -> [UInt8]) throws {
        do {
            let beginning = try Self.beginning(size: size, read: read)
            header = beginning.header
            metadata = AudioMetadata(beginning.metadata)
            metadataWarnings = beginning.errors.map(\.description)
            (blocks, end) = try Self.end(of: header, size: size, read: read)
        } catch let error as BitstreamError { throw CodecError.bitstream(error) }
        format = header.format
        frameCount = blocks.frames(blockLength: header.blockLength)
    }

    /// A decoder that starts at the block that has a frame.
    ///
    /// - Parameter frame: 0 ..< ``frameCount``; beyond, there is nothing to decode.
    /// - Returns: the decoder, the offset from which on it wants the file's bytes, and how many of its first frames come
    ///   before the one asked for.
    public func decoder(
        atFrame frame: Int, options: DecodingOptions = .init()
    ) -> (decoder: AudioDecoder, offset: Int, skipped: Int) {
        let block = min(max(0, frame) / header.blockLength, blocks.lengths.count)
        let offset = blocks.offset(ofBlock: block, end: end)
        let stream = AudioStreamDecoder(
            engine: IntegerEngine(threads: max(1, options.threads)), header: header, after: blocks.prefix(block, of: header),
            offset: offset)
        return (AudioDecoder(stream: stream), offset, max(0, frame) - block * header.blockLength)
    }

    private static func beginning(
        size: Int, read: (Range<Int>) throws -> [UInt8]
    ) throws -> (header: SoundHeader, metadata: [MetadataPayload], errors: [BitstreamError]) {
        var reader = SoundBitstream.Reader()
        var header: SoundHeader?
        var (metadata, errors): ([MetadataPayload], [BitstreamError]) = ([], [])
        var offset = 0
        while offset < size {
            let piece = offset..<min(offset + 1 << 16, size)
            reader.append(try read(piece))
            offset = piece.upperBound
            while let part = try reader.next() {
                switch part {
                case .header(let found): header = found
                case .metadata(let item): metadata.append(item)
                case .damagedMetadata(let error): errors.append(error)
                case .block, .end:
                    if let header { return (header, metadata, errors) }
                }
            }
        }
        throw try reader.finish() ?? .empty
    }

    private static func end(
        of header: SoundHeader, size: Int, read: (Range<Int>) throws -> [UInt8]
    ) throws -> (BlockIndex, Int) {
        let trailer = try read(max(0, size - BlockIndex.trailerSize)..<size)
        let start = try BlockIndex.start(trailer: trailer, size: size)
        return (try BlockIndex(file: try read(start..<size), at: start, header: header), start)
    }
}
