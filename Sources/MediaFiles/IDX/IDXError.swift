/// What can be wrong with an idx file. Offsets count bytes from the start of the file; from that of the unpacked one where
/// it is not the packing itself that is wrong.
public enum IDXError: Error, Hashable, Sendable {
    /// The first bytes (at most four of them) are neither idx nor gzip.
    case notIDX(found: [UInt8])
    /// The values are not unsigned bytes.
    case unsupportedType(found: UInt8, offset: Int)
    case noDimensions(offset: Int)
    /// What begins at `offset` takes `needed` bytes and there are fewer.
    case truncated(offset: Int, needed: Int, available: Int)
    case trailingBytes(count: Int, offset: Int)
    /// More bytes than the reader was told to give; `requested` is at least what the file asks for as far as it was read.
    case tooLarge(requested: Int, allowed: Int, offset: Int)
    /// The gzip file is damaged or cut short; `detail` is zlib's word for it.
    case corruptGzip(detail: String, offset: Int)
    case outOfMemory
}

extension IDXError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notIDX(let found):
            "not an idx file (it starts with "
                + found.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ") + ")"
        case .unsupportedType(let found, let offset):
            "values are of type \(found) at byte \(offset); only unsigned bytes, type 8, are read"
        case .noDimensions(let offset):
            "an array without dimensions at byte \(offset)"
        case .truncated(let offset, let needed, let available):
            "at byte \(offset), \(needed) bytes are needed and \(available) are left; the file is cut short"
        case .trailingBytes(let count, let offset):
            "\(count) bytes after the last value at byte \(offset)"
        case .tooLarge(let requested, let allowed, let offset):
            "at least \(requested) bytes of values are asked for at byte \(offset) and the limit is \(allowed)"
        case .corruptGzip(let detail, let offset):
            "the gzip file is damaged at byte \(offset): \(detail)"
        case .outOfMemory:
            "not enough memory for the values"
        }
    }
}
