extension ArraySlice<UInt8> {
    /// The little-endian integer that starts `position` bytes after the slice's start.
    ///
    /// - Precondition: all its bytes are in the slice.
    func littleEndian<Value: FixedWidthInteger>(_: Value.Type, at position: Int) -> Value {
        let start = startIndex + position
        return self[start..<start + Value.bitWidth / 8].reversed().reduce(0) { $0 << 8 | Value($1) }
    }
}

extension [UInt8] {
    /// Appends the bytes of an integer, lowest first. The inverse of `littleEndian(_:at:)`.
    mutating func append<Value: FixedWidthInteger>(littleEndian value: Value) {
        for shift in stride(from: 0, to: Value.bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}
