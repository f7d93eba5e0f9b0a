/// What travels beside the samples of a sound and must come out as it went in.
///
/// Nothing here is interpreted by a codec.
public struct AudioMetadata: Hashable, Sendable {
    /// Title, artist and the like, in the order of the file. A key may be there more than once.
    public var tags: [AudioTag] = []

    /// Where the channels are meant to be heard: the `dwChannelMask` of WAVEFORMATEXTENSIBLE, one bit
    /// for each position, channels in the order of the bits.
    public var speakers: UInt32?

    /// Chunks of RIFF files that say something about the sound, in the order of the file.
    public var chunks: [AudioChunk] = []

    /// No metadata.
    public init() {}

    /// Whether there is nothing to carry.
    public var isEmpty: Bool { self == AudioMetadata() }
}

/// What a tag is about and its text, such as `ARTIST` and a name.
public struct AudioTag: Hashable, Sendable {
    /// A field name as Vorbis comments have it, in upper case: TITLE, ARTIST, ALBUM, DATE, COMMENT,
    /// GENRE, TRACKNUMBER, COPYRIGHT, SOFTWARE, LICENSE and so on.
    public var key: String

    public var value: String

    public init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
    }
}

/// A chunk of a RIFF file as it is: a broadcast extension (`bext`), cue points (`cue `) and their labels
/// (`LIST`), loops (`smpl`), `iXML` …
public struct AudioChunk: Hashable, Sendable {
    /// Four characters of Latin-1.
    public var id: String

    /// The content, without the byte that makes its length even in the file.
    public var bytes: [UInt8]

    public init(id: String, bytes: [UInt8]) {
        self.id = id
        self.bytes = bytes
    }
}
