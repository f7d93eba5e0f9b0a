import Media
import MediaFiles
import Testing

@Suite struct SoundFileKindTests {
    @Test(arguments: [
        ("a.wav", SoundFileKind.wav), ("dir.flac/b.WAV", .wav), ("c.tar.flac", .flac), ("x.aif", .aiff), ("x.Aiff", .aiff),
        ("x.au", .au), ("x.snd", .au), ("x.caf", .caf), ("x.w64", .w64), ("x.rf64", .rf64), ("x.raw", .raw), (".pcm", .raw),
    ])
    func namesChooseTheKind(_ name: String, _ kind: SoundFileKind) throws {
        #expect(try SoundFileKind(fileName: name) == kind)
    }

    @Test(arguments: [("a.mp3", "mp3"), ("a.ogg", "ogg"), ("wav", ""), ("a.wav/b", ""), ("", "")])
    func otherNamesAreRefused(_ name: String, _ found: String) {
        let known = ["wav", "rf64", "w64", "aiff", "aif", "caf", "au", "snd", "flac", "raw", "pcm"]
        #expect(throws: MediaFileError.unknownSoundExtension(found, known: known)) { try SoundFileKind(fileName: name) }
    }

    @Test(arguments: SoundFileKind.allCases.filter { $0.isWritable && $0 != .raw })
    func contentsTellTheKind(_ kind: SoundFileKind) throws {
        let bytes = try soundFile(randomSound(.integer(bits: 16), frames: 1, seed: 1), kind)
        #expect(try SoundFileKind(recognizing: Array(bytes.prefix(16))) == kind)
    }

    @Test func lossyContentsTellTheKind() throws {
        #expect(try SoundFileKind(recognizing: Array("OggS\0".utf8)) == .ogg)
        #expect(try SoundFileKind(recognizing: Array("ID3\u{3}".utf8)) == .mp3)
        #expect(try SoundFileKind(recognizing: [0xFF, 0xFB, 0x90, 0x64]) == .mp3)
    }

    @Test(arguments: [
        [0x52, 0x49, 0x46, 0x46], [0xFF, 0xFB], [0xFF, 0xFB, 0xF0, 0], [0xFF, 0xE8, 0x90, 0], [0xFF, 0xF9, 0x90, 0],
        [0x89, 0x50, 0x4E, 0x47], Array("RIFF0000AVI LIST".utf8), Array("FORM0000ILBM".utf8), Array("riff0000".utf8),
    ] as [[UInt8]])
    func otherContentsAreRefused(_ bytes: [UInt8]) {
        #expect(throws: MediaFileError.unrecognizedSound(found: Array(bytes.prefix(12)))) {
            try SoundFileReader(.bytes(bytes))
        }
    }

    @Test func emptyFilesAreEmpty() {
        #expect(throws: MediaFileError.empty) { try SoundFileReader(.bytes([])) }
    }
}
