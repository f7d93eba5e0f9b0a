/// Namespace of the container: the signature, and ``Reader`` and ``Writer`` of its chunks (SPEC §2).
///
///     8E "vci" 04 | chunk H | metadata chunks | P and S chunks | L chunks, coarsest level first
///
///     chunk:  kind u8 | length varint | payload | CRC-32C u32
package enum Bitstream {
    /// The first bytes of every file: one that is no text in any encoding, then a name.
    package static let signature: [UInt8] = [0x8E, 0x76, 0x63, 0x69]

    /// What ``Writer`` writes after the signature.
    package static let version: UInt8 = 4

    /// Versions that ``Reader`` reads.
    package static let supportedVersions: ClosedRange<UInt8> = 4...4

    /// Bytes before the first chunk.
    static let chunksOffset = signature.count + 1
}
