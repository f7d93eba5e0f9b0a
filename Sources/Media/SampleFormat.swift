/// What one sample of sound is in the file that it comes from or goes to.
public enum SampleFormat: Hashable, Sendable {
    /// Two's complement of so many bits, ``integerBits``: −2ᵇ⁻¹ … 2ᵇ⁻¹ − 1.
    case integer(bits: Int)
    /// IEEE 754 binary32; ±1 is full scale, and more is allowed.
    case float32
    /// IEEE 754 binary64; ±1 is full scale, and more is allowed.
    case float64

    /// The depths that integers can have.
    public static let integerBits = 1...32

    /// Bits of a sample: 1 … 32, or 64.
    public var bits: Int {
        switch self {
        case .integer(let bits): bits
        case .float32: 32
        case .float64: 64
        }
    }
}

extension SampleFormat: CustomStringConvertible {
    /// For people, for example `24-bit integers`.
    public var description: String {
        switch self {
        case .integer(let bits): "\(bits)-bit integers"
        case .float32: "32-bit floating point"
        case .float64: "64-bit floating point"
        }
    }
}
