/// A kind of file: how it begins, and which chunks are known in it (SPEC §2, §17.1).
package struct FileKind: Hashable, Sendable {
    /// A byte that is no text in any encoding, then a name.
    package let signature: [UInt8]
    /// What is written after it, and the only one that is read.
    package let version: UInt8
    let chunks: Set<ChunkKind>

    package static let picture = FileKind(
        signature: [0x8E, 0x76, 0x63, 0x69], version: 4,
        chunks: [
            .header, .level, .plane, .samples, .colorProfile, .exif, .xmp, .text, .colorValues, .pixelDensity,
        ])
    package static let sound = FileKind(
        signature: [0x8E, 0x76, 0x63, 0x61], version: 2, chunks: [.header, .block, .end, .text, .speakers, .riffChunk])

    /// Bytes before the first chunk.
    static let chunksOffset = 5

    var beginning: [UInt8] { signature + [version] }

    /// Checks the beginning of a file, which may be all there is of it.
    func check(_ file: [UInt8]) throws(BitstreamError) {
        guard !file.isEmpty else { throw .empty }
        guard file.starts(with: signature.prefix(file.count)) else { throw .badMagic(found: Array(file.prefix(16))) }
        guard file.count >= Self.chunksOffset else {
            throw .truncated(offset: 0, needed: Self.chunksOffset, available: file.count)
        }
        guard file[signature.count] == version else {
            throw .unsupportedVersion(found: file[signature.count], supported: version...version, offset: signature.count)
        }
    }
}
