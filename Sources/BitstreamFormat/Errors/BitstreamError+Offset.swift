extension BitstreamError {
    /// Where in the file, in bytes from its start, as in `description`; nil for a file without bytes.
    public var offset: Int? {
        switch self {
        case .empty: nil
        case .badMagic: 0
        case .unsupportedVersion(_, _, let offset), .truncated(let offset, _, _), .checksumMismatch(_, let offset, _, _),
            .invalidChunkKind(_, let offset), .unknownCriticalChunk(_, let offset), .duplicateChunk(_, let offset, _),
            .missingChunk(_, let offset), .unexpectedChunk(_, let offset), .incompleteField(_, let offset, _, _),
            .invalidField(_, _, _, let offset), .invalidVarint(_, let offset), .invalidUTF8(_, let offset),
            .trailingBytes(_, _, let offset), .identityMismatch(_, _, let offset), .damagedStream(_, let offset),
            .limitExceeded(_, _, _, let offset):
            offset
        }
    }
}
