/// Why bytes are no tree (SPEC §15). Offsets count bytes from the start of the file.
public enum TreeFormatError: Error, Hashable, Sendable {
    /// They do not begin as the file of a tree does.
    case notATree
    case unsupportedVersion(found: UInt16, supported: UInt16)
    case valueOutOfRange(Field, found: Int, allowed: ClosedRange<Int>, offset: Int)
    /// What begins at `offset` would make the file `needed` bytes long.
    case truncated(offset: Int, needed: Int, available: Int)
    /// There is more after the checksum.
    case trailingBytes(count: Int, offset: Int)
    case checksumMismatch(stored: UInt32, computed: UInt32, offset: Int)
    /// All can be read and is no tree: parents that are none, or a row without weight.
    case invalid(CircuitError, offset: Int)

    /// A number at the file's beginning; the raw value is its name for people.
    public enum Field: String, Hashable, Sendable {
        case variables = "number of variables"
        case states = "number of states"
        case alphabet = "size of the alphabet"
    }
}

extension TreeFormatError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notATree:
            "not the file of a hidden Chow-Liu tree"
        case .unsupportedVersion(let found, let supported):
            "version \(found) of trees at byte 4 is not known; this program reads version \(supported)"
        case .valueOutOfRange(let field, let found, let allowed, let offset):
            "\(field.rawValue) is \(found) at byte \(offset); allowed is \(allowed.lowerBound) to \(allowed.upperBound)"
        case .truncated(let offset, let needed, let available):
            "what begins at byte \(offset) needs a file of \(needed) bytes and there are \(available); it is cut short"
        case .trailingBytes(let count, let offset):
            "\(count) bytes after the end of the tree at byte \(offset)"
        case .checksumMismatch(let stored, let computed, let offset):
            "checksum at byte \(offset) does not match (stored \(String(stored, radix: 16)), computed "
                + "\(String(computed, radix: 16))); the file is damaged"
        case .invalid(let error, let offset):
            "\(Self.words(error)) at byte \(offset)"
        }
    }

    private static func words(_ error: CircuitError) -> String {
        switch error {
        case .notATree(let variable): "the ancestors of variable \(variable) do not end at one root"
        case .unknownVariable(let parent, let count): "parent \(parent) is none of \(count) variables"
        case .weightlessRow(let table, let variable, let state):
            "the \(table.rawValue) of variable \(variable), state \(state), have no weight"
        default: "\(error)"
        }
    }
}
