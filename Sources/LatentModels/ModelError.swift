/// Why a model file was refused.
public enum ModelError: Error, Hashable, Sendable {
    /// The file does not start with a model file's signature.
    case notAModel
    /// The file's version is not the one this program reads.
    case unsupportedVersion(found: UInt8, supported: UInt8)
    /// The file ends inside a field.
    case truncated(offset: Int, needed: Int, available: Int)
    /// A field has a value that the specification does not allow.
    case invalidField(name: String, value: Int, offset: Int)
    /// Bytes are left after the last field of a section.
    case trailingBytes(offset: Int, count: Int)
    /// With these weights a 32-bit accumulator could overflow (SPEC §7).
    case accumulatorMayOverflow(layer: String, bound: Int)
    /// The decoder section is not the one whose identity the file states; identities in hexadecimal.
    case damaged(stated: String, found: String)
    /// A file needs another model than the one at hand; identities in hexadecimal.
    case identityMismatch(needed: String, found: String)
}

extension ModelError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notAModel:
            "not a vcodec model file"
        case .unsupportedVersion(let found, let supported):
            "model file version \(found) is not supported (this program reads version \(supported))"
        case .truncated(let offset, let needed, let available):
            "model file ends early: \(needed) bytes needed at offset \(offset), \(available) there"
        case .invalidField(let name, let value, let offset):
            "model file: \(name) is \(value) at offset \(offset), which is not allowed"
        case .trailingBytes(let offset, let count):
            "model file: \(count) bytes too many at offset \(offset)"
        case .accumulatorMayOverflow(let layer, let bound):
            "model file: an accumulator of \(layer) can reach \(bound), beyond 32 bits"
        case .damaged(let stated, let found):
            "model file: damaged, for its decoder section is \(found) and should be \(stated)"
        case .identityMismatch(let needed, let found):
            "needs model \(needed), but the model at hand is \(found); choose another with --model"
        }
    }
}
