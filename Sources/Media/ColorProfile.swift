/// An ICC profile, as bytes: carried, never interpreted or validated.
public struct ColorProfile: Hashable, Sendable {
    /// A name for people; may be empty.
    public var name: String

    /// The profile itself, uncompressed.
    public var bytes: [UInt8]

    public init(name: String = "", bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}
