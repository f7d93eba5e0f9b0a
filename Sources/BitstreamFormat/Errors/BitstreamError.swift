/// Why a file cannot be decoded.
///
/// Offsets count bytes from the start of the file and are those of the chunk or field that is refused (SPEC §13).
/// `description` is one sentence for people.
public enum BitstreamError: Error, Hashable, Sendable {
    // The file

    /// The file has no bytes at all.
    case empty

    /// The file is something else; `found` are its first bytes, at most 16. ``ForeignFile`` may know what.
    case badMagic(found: [UInt8])

    /// The file was made by a program of another generation.
    case unsupportedVersion(found: UInt8, supported: ClosedRange<UInt8>, offset: Int)

    /// The file ends inside the chunk at `offset`, of which it has `available` bytes. Where the file ends inside the
    /// chunk's length, `needed` is the least that it can be.
    case truncated(offset: Int, needed: Int, available: Int)

    // Chunks

    /// A chunk's bytes are not the ones that were written.
    case checksumMismatch(kind: ChunkKind, offset: Int, stored: UInt32, computed: UInt32)

    /// A byte that is not a letter stands where a chunk should start.
    case invalidChunkKind(found: UInt8, offset: Int)

    /// A chunk that may not be skipped, of a kind that nobody here knows.
    case unknownCriticalChunk(ChunkKind, offset: Int)

    /// Something is there a second time; the first time was at `first`.
    case duplicateChunk(ChunkIdentity, offset: Int, first: Int)

    /// Something that the picture needs is not there by the time it is needed, at `offset`.
    case missingChunk(ChunkIdentity, offset: Int)

    /// Something that a file such as the header describes does not have, or not in this place.
    case unexpectedChunk(ChunkIdentity, offset: Int)

    // Fields

    /// A field reaches beyond the end of its chunk. (Where the file ends early it is
    /// ``truncated(offset:needed:available:)``.)
    case incompleteField(name: String, offset: Int, needed: Int, available: Int)

    /// A field has a value that SPEC.md does not allow.
    case invalidField(name: String, value: Int, allowed: ClosedRange<Int>, offset: Int)

    /// A variable-length number has more than five bytes, or a value of 2^32 or more.
    case invalidVarint(name: String, offset: Int)

    /// A text is not UTF-8; `offset` is where its chunk starts.
    case invalidUTF8(name: String, offset: Int)

    /// Bytes follow the last field of a chunk.
    case trailingBytes(kind: ChunkKind, count: Int, offset: Int)

    /// The sound needs another model than the one at hand, as a field of its header says; identities in hexadecimal.
    case identityMismatch(needed: String, found: String, offset: Int)

    // Streams

    /// A range-coded stream holds what no encoder writes; `offset` is where its chunk starts.
    case damagedStream(StreamDefect, offset: Int)

    // Limits

    /// The file asks for more than the decoder was told to give.
    case limitExceeded(DecodingLimits.Kind, requested: Int, allowed: Int, offset: Int)

    /// What can be seen to be wrong in a range-coded stream; most streams decode to something.
    public enum StreamDefect: Hashable, Sendable {
        /// A symbol beyond its alphabet by more than SPEC §10.4 can say.
        case excessTooLong
        /// A sample of a plane farther from its prediction than samples can be, in a row counted from 0 (SPEC §6.3).
        case residualOutOfRange(row: Int)
        /// A block of sound that no encoder writes (SPEC §17.4).
        case unreadableSamples
        /// A block of sound decodes to other samples than were encoded: their digests differ (SPEC §17.3).
        case samplesDiffer(stored: UInt32, computed: UInt32)
    }
}
