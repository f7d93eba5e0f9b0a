/// Namespace of the container of pictures: ``Reader`` and ``Writer`` of its chunks (SPEC §2).
///
///     8E "vci" 04 | chunk H | metadata chunks | P and S chunks | L chunks, coarsest level first
///
///     chunk:  kind u8 | length varint | payload | CRC-32C u32
package enum Bitstream {}
