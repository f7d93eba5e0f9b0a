/// The start of a chunk of an IFF file (AIFF) or a RIFF file (WAV): four characters and the length of
/// what follows, in the byte order of the one or the other.
struct IFFChunkHeader {
    static let length = 8

    let id: String
    /// Bytes of the content, as stated; a byte more follows where that is odd.
    let size: Int
    /// Where this header starts in the file.
    let offset: Int

    /// - Returns: nil at the end of the source.
    /// - Throws: ``MediaFileError/truncated(_:offset:needed:available:)`` when the source ends inside.
    init?(_ source: ByteSource, _ order: RawLayout.ByteOrder) throws(MediaFileError) {
        offset = source.position
        let bytes = try source.read(Self.length)
        guard !bytes.isEmpty else { return nil }
        guard bytes.count == Self.length else {
            throw .truncated(.chunk, offset: offset, needed: Self.length, available: bytes.count)
        }
        id = String(latin1: bytes[..<4])
        size = switch order {
        case .littleEndian: Int(bytes[...].littleEndian(UInt32.self, at: 4))
        case .bigEndian: Int(bytes[...].bigEndian(UInt32.self, at: 4))
        }
    }

    /// The content. Moves on to the next chunk.
    ///
    /// - Throws: ``MediaFileError/truncated(_:offset:needed:available:)`` when the source ends inside.
    func content(_ source: ByteSource) throws(MediaFileError) -> [UInt8] {
        let bytes = try source.read(size)
        guard bytes.count == size else {
            throw .truncated(.chunk, offset: offset, needed: Self.length + size, available: Self.length + bytes.count)
        }
        _ = try source.skip(size & 1)
        return bytes
    }

    /// The content of a chunk that samples depend on, whose length must be one of `allowed`.
    ///
    /// - Throws: ``MediaFileError/malformedChunk(_:_:offset:)``, and as `content(_:)` does.
    func content(_ source: ByteSource, allowed: ClosedRange<Int>) throws(MediaFileError) -> [UInt8] {
        guard allowed ~= size else { throw .malformedChunk(id, .length(found: size, allowed: allowed), offset: offset) }
        return try content(source)
    }

    /// Moves on to the next chunk.
    func skip(_ source: ByteSource) throws(MediaFileError) {
        _ = try source.skip(size + size & 1)
    }
}

extension [UInt8] {
    /// Appends a chunk with its header and the byte that makes its length even.
    ///
    /// - Throws: ``MediaFileError/metadataTooLong(chunk:count:allowed:)``.
    mutating func append(
        chunk id: String, _ content: [UInt8], _ order: RawLayout.ByteOrder
    ) throws(MediaFileError) {
        guard content.count < Int(UInt32.max) else {
            throw .metadataTooLong(chunk: id, count: content.count, allowed: Int(UInt32.max) - 1)
        }
        append(contentsOf: id.latin1 ?? [])
        switch order {
        case .littleEndian: append(littleEndian: UInt32(content.count))
        case .bigEndian: append(bigEndian: UInt32(content.count))
        }
        append(contentsOf: content)
        if !content.count.isMultiple(of: 2) { append(0) }
    }
}
