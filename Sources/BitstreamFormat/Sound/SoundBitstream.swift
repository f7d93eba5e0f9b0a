/// Namespace of the container of sound: ``Reader`` and ``Writer`` of its chunks, piece by piece (SPEC §17).
///
///     8E "vca" 02 | chunk H | text chunks | B chunks | chunk E
package enum SoundBitstream {
    /// The longest payload of a chunk that is neither a block nor the end (SPEC §17.1).
    package static let maximumPayload = 1 << 25

    /// What a file says, in the order in which it says it.
    package enum Part: Hashable, Sendable {
        case header(SoundHeader)
        case metadata(MetadataPayload)
        /// Metadata that make no sense; the samples do (SPEC §17.2).
        case damagedMetadata(BitstreamError)
        /// With the offset of its chunk.
        case block(BlockPayload, offset: Int)
        case end(BlockIndex)
    }
}
