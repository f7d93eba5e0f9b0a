/// Which model a picture was made with: the first eight bytes of the SHA-256 of its decoder section (SPEC §7).
package struct ModelIdentity: Hashable, Sendable {
    /// How many bytes the identity has.
    package static let byteCount = 8

    /// Eight bytes.
    package let bytes: [UInt8]

    /// - Precondition: `bytes` has eight elements.
    package init(bytes: some Collection<UInt8>) {
        precondition(bytes.count == Self.byteCount, "an identity has eight bytes")
        self.bytes = Array(bytes)
    }

    package init(ofDecoderSection section: ArraySlice<UInt8>) {
        self.init(bytes: SHA256.digest(section).prefix(Self.byteCount))
    }
}

extension ModelIdentity: CustomStringConvertible {
    /// Sixteen hexadecimal digits.
    package var description: String { bytes.map(\.hexadecimal).joined() }
}
