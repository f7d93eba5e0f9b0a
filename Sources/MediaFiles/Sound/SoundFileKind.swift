/// A format of sound files: recognised by content when reading, chosen by name when writing.
public enum SoundFileKind: String, Hashable, Sendable, CaseIterable {
    /// RIFF WAVE. A file that grows beyond 4 GiB becomes ``rf64`` by itself.
    case wav
    /// WAVE with lengths of 64 bits (EBU Tech 3306).
    case rf64
    /// Sony Wave64.
    case w64
    /// AIFF and AIFF-C.
    case aiff
    /// Core Audio Format.
    case caf
    /// Sun and NeXT.
    case au
    case flac
    /// Vorbis, Opus or FLAC in Ogg. Only for reading.
    case ogg
    /// MPEG-1 and MPEG-2 audio. Only for reading.
    case mp3
    /// Nothing but samples. Never recognised: whoever reads it must say what it is.
    case raw

    /// How many of the first bytes are enough to recognise every kind.
    static let signatureLength = 16

    /// Recognises a file by its first bytes (16 of them are enough).
    ///
    /// - Throws: ``MediaFileError/empty`` or ``MediaFileError/unrecognizedSound(found:)``.
    public init(recognizing bytes: [UInt8]) throws(MediaFileError) {
        guard !bytes.isEmpty else { throw .empty }
        guard let kind = Self.allCases.first(where: { $0.matches(bytes) }) else {
            throw .unrecognizedSound(found: Array(bytes.prefix(12)))
        }
        self = kind
    }

    /// Chooses by what follows the last dot of a file's name, in any case; only what can be written.
    ///
    /// - Throws: ``MediaFileError/unknownSoundExtension(_:known:)``.
    public init(fileName: String) throws(MediaFileError) {
        let name = fileName.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        let found = name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? ""
        guard let kind = Self.allCases.first(where: { $0.isWritable && $0.fileExtensions.contains(found.lowercased()) })
        else { throw .unknownSoundExtension(found, known: Self.writableExtensions) }
        self = kind
    }

    /// What names of such files end in, without the dot; the usual one first.
    public var fileExtensions: [String] {
        switch self {
        case .aiff: ["aiff", "aif"]
        case .au: ["au", "snd"]
        case .ogg: ["ogg", "oga", "opus"]
        case .raw: ["raw", "pcm"]
        default: [rawValue]
        }
    }

    /// Lossy kinds are only read.
    public var isWritable: Bool { self != .ogg && self != .mp3 }

    /// All that ``init(fileName:)`` knows.
    public static var writableExtensions: [String] { allCases.filter(\.isWritable).flatMap(\.fileExtensions) }
}

extension SoundFileKind: CustomStringConvertible {
    /// For people: `WAV`, `FLAC` …
    public var description: String { rawValue.uppercased() }
}

extension SoundFileKind {
    private func matches(_ bytes: [UInt8]) -> Bool {
        switch self {
        case .wav: Self.isForm(bytes, ["RIFF", "RIFX"], ["WAVE"])
        case .rf64: Self.isForm(bytes, ["RF64", "BW64"], ["WAVE"])
        case .aiff: Self.isForm(bytes, ["FORM"], ["AIFF", "AIFC"])
        // The start of the GUID that Wave64 has where RIFF has four characters.
        case .w64: bytes.starts(with: "riff".utf8) && bytes.dropFirst(4).starts(with: [0x2E, 0x91, 0xCF, 0x11])
        case .caf: bytes.starts(with: "caff".utf8)
        case .au: bytes.starts(with: ".snd".utf8) || bytes.starts(with: "dns.".utf8)
        case .flac: bytes.starts(with: "fLaC".utf8)
        case .ogg: bytes.starts(with: "OggS".utf8)
        case .mp3: bytes.starts(with: "ID3".utf8) || Self.isFrameHeader(bytes)
        case .raw: false
        }
    }

    /// Four characters, a length, and four characters more.
    private static func isForm(_ bytes: [UInt8], _ first: [String], _ second: [String]) -> Bool {
        first.contains { bytes.starts(with: $0.utf8) } && second.contains { bytes.dropFirst(8).starts(with: $0.utf8) }
    }

    /// The sync word of MPEG audio, and a version, a layer, a bit rate and a sample rate that exist.
    private static func isFrameHeader(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 4, bytes[0] == 0xFF, bytes[1] & 0xE0 == 0xE0 else { return false }
        let (version, layer) = (bytes[1] >> 3 & 3, bytes[1] >> 1 & 3)
        return version != 1 && layer != 0 && bytes[2] >> 4 != 15 && bytes[2] >> 2 & 3 != 3
    }
}
