/// Why a block cannot be decoded (SPEC §16.1).
package enum WaveformError: Error, Hashable, Sendable {
    /// The payload ends within its parameters or its stored samples.
    case truncated(needed: Int, available: Int)
    /// The first byte names no way of coding.
    case unknownMethod(UInt8)
    /// More low bits are left out than there are.
    case wastedBits(found: Int, bits: Int)
    /// The filters' values are scaled by more than 2^−32.
    case filterShift(found: Int, most: Int)
}
