internal import AudioCodec
internal import BitstreamFormat
internal import IntegerKernels
internal import SpectralCoding
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
            // An end that speaks of other blocks than there are would have us start in the middle.
            let firstBlock = blocks.lengths.isEmpty ? nil : blocks.offset(ofBlock: 0, end: end)
            guard beginning.end == firstBlock else {
                throw BitstreamError.unexpectedChunk(.end, offset: end)
            }
        } catch let error as BitstreamError { throw CodecError.bitstream(error) }
        format = header.format
        frameCount = blocks.frames(blockLength: header.blockLength)
    }

    /// A decoder that starts at the block that has a frame, or, where the frame is in the overlap of lossy sound with the block
    /// before (SPEC §19.9), at that one.
    ///
    /// - Parameters:
    ///   - frame: 0 ..< ``frameCount``; beyond, there is nothing to decode.
    ///   - options: threads and limits.
    /// - Returns: the decoder, the offset from which on it wants the file's bytes, and how many of its first frames come
    ///   before the one asked for.
    public func decoder(
        atFrame frame: Int, options: DecodingOptions = .init()
    ) -> (decoder: AudioDecoder, offset: Int, skipped: Int) {
        let first = max(0, frame - (header.isLossless ? 0 : header.superframe / 2))
        let block = min(first / header.blockLength, blocks.lengths.count)
        let offset = blocks.offset(ofBlock: block, end: end)
        let stream = AudioStreamDecoder(
            engine: IntegerEngine(threads: max(1, options.threads)), model: .standard, header: header,
            after: blocks.prefix(block, of: header), offset: offset)
        return (AudioDecoder(stream: stream), offset, max(0, frame) - block * header.blockLength)
    }

    /// What comes before the first block, and where that is; nil where there is none.
    private static func beginning(
        size: Int, read: (Range<Int>) throws -> [UInt8]
    ) throws -> (header: SoundHeader, metadata: [MetadataPayload], errors: [BitstreamError], end: Int?) {
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
                case .header(let found):
                    try found.check(model: SpectralModel.standard.identity, endOfHeader: reader.offset)
                    header = found
                case .metadata(let item): metadata.append(item)
                case .damagedMetadata(let error): errors.append(error)
                case .block(_, let offset): return (try known(header), metadata, errors, offset)
                case .end: return (try known(header), metadata, errors, nil)
                }
            }
        }
        throw try reader.finish() ?? .empty
    }

    /// The reader hands out nothing before the header.
    private static func known(_ header: SoundHeader?) throws(BitstreamError) -> SoundHeader {
        guard let header else { throw .missingChunk(.header, offset: 0) }
        return header
    }

    private static func end(
        of header: SoundHeader, size: Int, read: (Range<Int>) throws -> [UInt8]
    ) throws -> (BlockIndex, Int) {
        let trailer = try read(max(0, size - BlockIndex.trailerSize)..<size)
        let start = try BlockIndex.start(trailer: trailer, size: size)
        // Any bytes may stand where a cut file's last ones say that the end begins: look before reading all of it.
        try BlockIndex.check(beginning: try read(start..<min(start + 6, size)), at: start, size: size)
        return (try BlockIndex(file: try read(start..<size), at: start, header: header), start)
    }
}
