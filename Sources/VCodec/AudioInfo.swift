internal import AudioCodec
internal import BitstreamFormat
public import Media

/// What a `.vca` file says about itself; no sample is decoded.
public struct AudioInfo: Sendable {
    public struct Block: Sendable, Hashable {
        public let offset: Int
        /// Bytes of the whole chunk.
        public let length: Int
        public let frames: Int
        /// Of lossy sound: how much finer its steps are than the model's, in 1/256 of an octave (SPEC §19.5).
        public let fineness: Int?
    }

    public let format: AudioFormat
    public let isLossless: Bool
    /// Identity of the model that the file needs; nil if it needs none.
    public let modelIdentity: String?
    public let metadata: AudioMetadata
    /// Metadata that could not be read, in words.
    public let metadataWarnings: [String]
    public let frameCount: Int
    /// Those that are complete.
    public let blocks: [Block]
    /// Bytes of the file.
    public let byteCount: Int
    /// Where the file ends too early; nil if it is whole.
    public let truncatedAt: Int?

    /// Of a file in memory.
    public init(_ file: [UInt8]) throws(CodecError) {
        var pieces = [file]
        do {
            try self.init { pieces.popLast() }
        } catch let error as CodecError {
            throw error
        } catch { preconditionFailure("an array throws nothing") }
    }

    /// - Parameter next: gives the bytes of the file piece by piece, nil at the end.
    /// - Throws: a ``CodecError`` for what is wrong with the file, or what `next` throws.
    public init(next: () throws -> [UInt8]?) throws {
        var reader = SoundBitstream.Reader()
        var (header, metadata, blocks, byteCount): (SoundHeader?, [MetadataPayload], [Block], Int) = (nil, [], [], 0)
        var errors: [BitstreamError] = []
        do {
            while let piece = try next() {
                byteCount += piece.count
                reader.append(piece)
                while let part = try reader.next() {
                    switch part {
                    case .header(let found): header = found
                    case .metadata(let item): metadata.append(item)
                    case .block(let block, let offset):
                        blocks.append(Block(block, header, at: offset, end: reader.offset))
                    case .damagedMetadata(let error): errors.append(error)
                    case .end: break
                    }
                }
            }
            truncatedAt = try reader.finish() == nil ? nil : reader.offset
            guard let header else { throw BitstreamError.empty }
            format = header.format
            isLossless = header.isLossless
            modelIdentity = header.modelIdentity
        } catch let error as BitstreamError { throw CodecError.bitstream(error) }
        self.metadata = AudioMetadata(metadata)
        metadataWarnings = errors.map(\.description)
        self.blocks = blocks
        self.byteCount = byteCount
        frameCount = blocks.reduce(0) { $0 + $1.frames }
    }
}

extension AudioInfo.Block {
    fileprivate init(_ block: BlockPayload, _ header: SoundHeader?, at offset: Int, end: Int) {
        self.offset = offset
        length = end - offset
        frames = block.frames
        var fields = block.fields
        // A block without even that is for the decoder to refuse.
        let quality = header?.isLossless == false ? try? fields.u16("quality") : nil
        fineness = quality.map { Int(Int16(bitPattern: $0)) }
    }
}

extension SoundHeader {
    fileprivate var modelIdentity: String? {
        guard case .lossy(let model) = coding else { return nil }
        return model.description
    }
}
