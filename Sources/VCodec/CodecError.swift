public import BitstreamFormat
public import LatentModels

/// Why a picture could not be encoded or decoded.
public enum CodecError: Error, Hashable, Sendable {
    /// The file is damaged, of another kind, or beyond the limits; with the offset.
    case bitstream(BitstreamError)
    /// The model file is damaged, or is not the one that the file needs.
    case model(ModelError)
    /// An option has a value outside its range.
    case invalidOption(name: String, value: String, allowed: String)
    /// The caller's memory does not hold what is to be written there; in bytes.
    case bufferTooSmall(needed: Int, given: Int)
    /// No quality of this model makes the picture small enough.
    case tooFewBytes(asked: Int, least: Int)
    /// No quality of this model reaches the PSNR asked for (both in hundredths of a dB).
    case unreachableQuality(asked: Int, best: Int)
    /// The caller asked for an end before there was one.
    case cancelled
}

extension CodecError {
    /// Where in the file, in bytes from its start; nil where the error is at no place of it.
    public var offset: Int? {
        guard case .bitstream(let error) = self else { return nil }
        return error.offset
    }

    /// The file may be in order, but was made with another model than the one at hand.
    public var asksForOtherModel: Bool {
        switch self {
        case .bitstream(.identityMismatch), .model(.identityMismatch): true
        default: false
        }
    }
}

extension CodecError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .bitstream(let error): error.description
        case .model(let error): error.description
        case .invalidOption(let name, let value, let allowed): "\(name) is \(value); allowed: \(allowed)"
        case .bufferTooSmall(let needed, let given): "the buffer has \(given) bytes; \(needed) are needed"
        case .tooFewBytes(let asked, let least):
            "\(asked) bytes are too few for this picture; the least is \(least)"
        case .unreachableQuality(let asked, let best):
            "\(Self.decibels(asked)) dB cannot be reached; the best is \(Self.decibels(best)) dB (or use lossless)"
        case .cancelled: "cancelled"
        }
    }

    private static func decibels(_ hundredths: Int) -> String {
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}
