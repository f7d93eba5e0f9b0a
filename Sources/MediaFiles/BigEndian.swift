extension ArraySlice<UInt8> {
    /// The big-endian integer that starts `position` bytes after the slice's start.
    ///
    /// - Precondition: all its bytes are in the slice.
    func bigEndian<Value: FixedWidthInteger>(_: Value.Type, at position: Int) -> Value {
        let start = startIndex + position
        return self[start..<start + Value.bitWidth / 8].reduce(0) { $0 << 8 | Value($1) }
    }
}

extension [UInt8] {
    /// Appends the bytes of an integer, highest first. The inverse of `bigEndian(_:at:)`.
    mutating func append<Value: FixedWidthInteger>(bigEndian value: Value) {
        for shift in stride(from: Value.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}
