import Media
import MediaFiles
import Testing

@Suite struct SoundMetadataTests {
    private let sound = randomSound(.integer(bits: 16), channels: 2, frames: 30, seed: 1)

    private func tags(_ keys: [String]) -> [AudioTag] {
        keys.map { AudioTag($0, "\($0.lowercased()): äöü \u{4E00} 🎵") }
    }

    private func roundTrip(_ metadata: AudioMetadata, _ kind: SoundFileKind) throws -> AudioMetadata {
        let read = try ReadSound(.bytes(soundFile(sound, kind, metadata: metadata)))
        #expect(read.sound == sound && read.reader.warnings.isEmpty)
        return read.reader.metadata
    }

    @Test(arguments: [
        (
            SoundFileKind.wav,
            ["COMMENT", "TITLE", "ARTIST", "ALBUM", "DATE", "GENRE", "TRACKNUMBER", "COPYRIGHT", "SOFTWARE", "TITLE", "IXYZ"]
        ),
        (.rf64, ["TITLE", "ENGINEER", "KEYWORDS", "SUBJECT", "SOURCE", "TECHNICIAN"]),
        (.flac, ["TITLE", "ARTIST", "ALBUM", "DATE", "COMMENT", "GENRE", "TRACKNUMBER", "COPYRIGHT", "LICENSE"]),
        (.caf, ["TITLE", "ARTIST", "ALBUM", "DATE", "COMMENT", "GENRE", "TRACKNUMBER", "COPYRIGHT", "LICENSE"]),
        (.aiff, ["TITLE", "ARTIST", "COMMENT", "COPYRIGHT"]),
    ])
    func tagsComeBack(_ kind: SoundFileKind, _ keys: [String]) throws {
        var metadata = AudioMetadata()
        metadata.tags = tags(keys)
        #expect(try roundTrip(metadata, kind) == metadata)
    }

    @Test(arguments: [
        (SoundFileKind.wav, ["LICENSE", "RATING"]), (.flac, ["RATING", "SOFTWARE"]), (.aiff, ["ALBUM"]), (.au, ["TITLE"]),
        (.w64, ["TITLE"]), (.raw, ["TITLE"]),
    ])
    func whatHasNoPlaceIsNamed(_ kind: SoundFileKind, _ keys: [String]) throws {
        var metadata = AudioMetadata()
        metadata.tags = tags(keys)
        let file = TemporaryFile()
        let writer = try SoundFileWriter(.path(file.path), kind: kind, format: sound.format, metadata: metadata)
        #expect(writer.leftOut == metadata.tags)
        try writer.write(sound)
        try writer.finish()
        if kind != .raw { #expect(try SoundFileReader(.path(file.path)).metadata.isEmpty) }
    }

    @Test func textsWithAZeroAreLeftOut() throws {
        var metadata = AudioMetadata()
        metadata.tags = [AudioTag("TITLE", "a\0b"), AudioTag("ARTIST", "c")]
        for kind in [SoundFileKind.wav, .flac] {
            #expect(try roundTrip(metadata, kind).tags == [AudioTag("ARTIST", "c")])
        }
    }

    @Test(arguments: [SoundFileKind.wav, .rf64])
    func chunksAndSpeakersComeBack(_ kind: SoundFileKind) throws {
        var metadata = AudioMetadata()
        metadata.speakers = 0x3F
        metadata.chunks = [
            AudioChunk(id: "bext", bytes: (0..<603).map { UInt8(truncatingIfNeeded: $0) }),
            AudioChunk(id: "LIST", bytes: Array("adtllabl".utf8)), AudioChunk(id: "iXML", bytes: []),
            AudioChunk(id: "bext", bytes: [1]),
        ]
        #expect(try roundTrip(metadata, kind) == metadata)
    }

    /// What the writer makes itself is not written twice.
    @Test(arguments: ["fmt ", "data", "ds64", "fact", "long name", ""])
    func chunksOfTheFormatItselfAreNotTaken(id: String) throws {
        var metadata = AudioMetadata()
        metadata.chunks = [AudioChunk(id: id, bytes: [1, 2, 3, 4])]
        #expect(try roundTrip(metadata, .wav).isEmpty)
    }

    /// libsndfile gives neither other keys nor the second of two.
    @Test func allTagsOfFLACAreRead() throws {
        var bytes = try soundFile(sound, .flac)
        func text(_ text: String) -> [UInt8] { [UInt8(text.utf8.count), 0, 0, 0] + Array(text.utf8) }
        let comments = text("me") + [4, 0, 0, 0] + text("artist=ä") + text("ARTIST=b=c") + text("nothing") + text("MOOD=")
        // In the place of the block of comments that the library writes behind STREAMINFO.
        #expect(bytes[42] & 0x7F == 4)
        let length = Int(bytes[43]) << 16 | Int(bytes[44]) << 8 | Int(bytes[45])
        bytes.replaceSubrange(43..<46 + length, with: [0, 0, UInt8(comments.count)] + comments)
        let read = try ReadSound(.bytes(bytes))
        #expect(read.sound == sound)
        #expect(read.reader.metadata.tags == [AudioTag("ARTIST", "ä"), AudioTag("ARTIST", "b=c"), AudioTag("MOOD", "")])
        // A count that lies is refused at once.
        bytes[46 + 6 + 3] = 0xFF
        #expect(throws: MediaFileError.self) { try SoundFileReader(.bytes(bytes)) }
    }

    @Test func tagsThatAreNoUTF8AreLatin1() throws {
        var bytes = try soundFile(sound, .wav)
        bytes += Array("LIST".utf8) + [16, 0, 0, 0] + Array("INFOINAM".utf8) + [4, 0, 0, 0, 0xE4, 0x62, 0, 0]
        #expect(try SoundFileReader(.bytes(bytes)).metadata.tags == [AudioTag("TITLE", "äb")])
    }
}
