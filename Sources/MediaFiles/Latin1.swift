extension String {
    /// Text of ISO 8859-1, in which every byte is the Unicode scalar of the same number.
    init(latin1 bytes: some Sequence<UInt8>) {
        self.init(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }

    /// Text of files that do not say how it is encoded: UTF-8 if it can be that.
    init(utf8OrLatin1 bytes: some Sequence<UInt8>) {
        self = String(validating: Array(bytes), as: UTF8.self) ?? String(latin1: bytes)
    }

    /// The bytes of the text in ISO 8859-1; nil when it has other characters.
    /// The inverse of `init(latin1:)`.
    var latin1: [UInt8]? {
        var bytes: [UInt8] = []
        for scalar in unicodeScalars {
            guard let byte = UInt8(exactly: scalar.value) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }
}
