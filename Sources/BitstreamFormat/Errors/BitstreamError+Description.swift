extension BitstreamError: CustomStringConvertible {
    public var description: String {
        fileDescription ?? chunkDescription ?? fieldDescription ?? contentDescription
    }

    private var fileDescription: String? {
        switch self {
        case .empty:
            "the file is empty"
        case .badMagic(let found):
            "not a vcodec file: " + ForeignFile.advice(for: found)
        case .unsupportedVersion(let found, let supported, let offset):
            "version \(found) at byte \(offset) is not supported; this program reads \(Self.words(supported)), "
                + (found < supported.lowerBound ? "so decode it with the one that made it" : "so get a newer one")
        case .truncated(let offset, let needed, let available):
            "the file is cut short: the part at byte \(offset) has \(available) bytes of at least \(needed)"
        default:
            nil
        }
    }

    private var chunkDescription: String? {
        switch self {
        case .checksumMismatch(let kind, let offset, let stored, let computed):
            "the file is damaged: the checksum of chunk \(kind) at byte \(offset) does not match "
                + "(stored \(stored.hexadecimal), computed \(computed.hexadecimal))"
        case .invalidChunkKind(let found, let offset):
            "the file is damaged: 0x\(found.hexadecimal) stands at byte \(offset) where a chunk should start"
        case .unknownCriticalChunk(let kind, let offset):
            "chunk \(kind) at byte \(offset) is needed and not known; get a newer program"
        case .duplicateChunk(let identity, let offset, let first):
            "\(identity) is there twice, at byte \(first) and at byte \(offset)"
        case .missingChunk(let identity, let offset):
            "\(identity) is missing before byte \(offset)"
        case .unexpectedChunk(let identity, let offset):
            "\(identity) at byte \(offset) has no place in this file"
        default:
            nil
        }
    }

    private var fieldDescription: String? {
        switch self {
        case .incompleteField(let name, let offset, let needed, let available):
            "\(name) at byte \(offset) needs \(needed) bytes and its chunk has \(available) left"
        case .invalidField(let name, let value, let allowed, let offset):
            "\(name) is \(value) at byte \(offset); allowed is \(Self.words(allowed))"
        case .invalidVarint(let name, let offset):
            "\(name) at byte \(offset) is a number of more than five bytes or 32 bits"
        case .invalidUTF8(let name, let offset):
            "\(name) in the chunk at byte \(offset) is not UTF-8"
        case .identityMismatch(let needed, let found, let offset):
            "the sound needs model \(needed) (named at byte \(offset)), but this program has \(found); decode it with the vcodec that made it"
        case .trailingBytes(let kind, let count, let offset):
            "chunk \(kind) has \(count) bytes too many from byte \(offset) on"
        default:
            nil
        }
    }

    private var contentDescription: String {
        switch self {
        case .damagedStream(.excessTooLong, let offset):
            "the chunk at byte \(offset) holds a symbol that is out of range"
        case .damagedStream(.residualOutOfRange(let row), let offset):
            "the plane at byte \(offset) holds a sample that is out of range in row \(row)"
        case .damagedStream(.unreadableSamples, let offset):
            "the block at byte \(offset) holds what no encoder writes"
        case .damagedStream(.samplesDiffer(let stored, let computed), let offset):
            "the block at byte \(offset) decodes to other samples than were encoded "
                + "(digest \(stored.hexadecimal), computed \(computed.hexadecimal))"
        case .limitExceeded(let kind, let requested, let allowed, let offset):
            "\(kind.rawValue) would take \(requested) bytes (asked for at byte \(offset)) and the limit is "
                + "\(allowed); raise the limit if you trust the file"
        default:
            "the file cannot be decoded"
        }
    }

    private static func words<Number>(_ range: ClosedRange<Number>) -> String {
        range.lowerBound == range.upperBound
            ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    }
}
