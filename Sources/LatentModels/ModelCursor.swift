/// Reads the little-endian fields of a model file; every length is checked before memory is taken.
struct ModelCursor {
    private let bytes: ArraySlice<UInt8>
    private(set) var offset: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        offset = bytes.startIndex
    }

    var remaining: Int { bytes.endIndex - offset }

    mutating func take(_ count: Int) throws(ModelError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw .truncated(offset: offset, needed: count, available: remaining)
        }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    mutating func integer<T: FixedWidthInteger>(_: T.Type = T.self) throws(ModelError) -> T {
        try integers(1)[0]
    }

    mutating func integers<T: FixedWidthInteger>(_ count: Int, of _: T.Type = T.self) throws(ModelError) -> [T] {
        let width = T.bitWidth / 8
        let (size, overflow) = count.multipliedReportingOverflow(by: width)
        guard !overflow else { throw .invalidField(name: "array length", value: count, offset: offset) }
        let field = try take(size)
        let stored = unsafe field.withUnsafeBytes { raw in
            unsafe [T](unsafeUninitializedCapacity: count) { values, initialized in
                unsafe UnsafeMutableRawBufferPointer(values).copyMemory(from: raw)
                initialized = count
            }
        }
        return T(littleEndian: 1) == 1 ? stored : stored.map { T(littleEndian: $0) }
    }

    /// A field that must lie in `allowed`.
    mutating func field<T: FixedWidthInteger>(
        _ name: String, _: T.Type = T.self, in allowed: ClosedRange<Int>
    ) throws(ModelError) -> Int {
        let at = offset
        let value = Int(try integer(T.self))
        guard allowed.contains(value) else { throw .invalidField(name: name, value: value, offset: at) }
        return value
    }

    func finish() throws(ModelError) {
        guard remaining == 0 else { throw .trailingBytes(offset: offset, count: remaining) }
    }
}
