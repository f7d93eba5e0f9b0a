/// Files that are handed to a decoder by mistake, recognised to say so; the raw value is the name for people.
public enum ForeignFile: String, Hashable, Sendable, CaseIterable {
    case vcodecPicture = "a vcodec picture"
    case vcodecSound = "a vcodec sound file"
    case vcodecModel = "a vcodec model"
    case png = "a PNG picture"
    case jpeg = "a JPEG picture"
    case gif = "a GIF picture"
    case webP = "a WebP picture"
    case jpegXL = "a JPEG XL picture"
    case heif = "an AVIF or HEIF picture"
    case tiff = "a TIFF picture"
    case bmp = "a BMP picture"
    case netpbm = "a PNM picture"
    case wave = "a WAV sound file"
    case aiff = "an AIFF sound file"
    case flac = "a FLAC sound file"
    case ogg = "an Ogg sound file"
    case mp3 = "an MP3 sound file"
    case pdf = "a PDF document"
    case zip = "a ZIP archive"
    case gzip = "a gzip file"
    /// A vcodec picture that something took for text on its way: bytes above 7F are not what they were.
    case mangledPicture = "a vcodec picture that was transferred as text"
    case text = "text"

    /// Recognises a file by its first bytes; 16 are enough.
    public init?(recognizing bytes: [UInt8]) {
        guard let kind = Self.allCases.first(where: { $0.matches(bytes) }) else { return nil }
        self = kind
    }

    /// Whether `vcodec encode` takes it.
    var isEncodable: Bool { [.png, .netpbm, .wave, .aiff, .flac, .ogg, .mp3].contains(self) }

    private func matches(_ bytes: [UInt8]) -> Bool {
        switch self {
        case .gif: bytes.starts(with: "GIF8".utf8)
        case .webP: bytes.starts(with: "RIFF".utf8) && bytes.dropFirst(8).starts(with: "WEBP".utf8)
        case .wave: ["RIFF", "RF64"].contains { bytes.starts(with: $0.utf8) } && bytes.dropFirst(8).starts(with: "WAVE".utf8)
        case .aiff: bytes.starts(with: "FORM".utf8) && bytes.dropFirst(8).starts(with: "AIF".utf8)
        case .heif: bytes.dropFirst(4).starts(with: "ftyp".utf8)
        case .bmp: bytes.starts(with: "BM".utf8) && bytes.dropFirst(6).starts(with: [0, 0, 0, 0])
        case .netpbm: Self.isNetpbm(bytes)
        case .text: Self.isText(bytes)
        default: signatures.contains { bytes.starts(with: $0) }
        }
    }

    private var signatures: [[UInt8]] {
        switch self {
        case .vcodecPicture: [FileKind.picture.signature]
        case .vcodecSound: [FileKind.sound.signature]
        case .vcodecModel: [[0x8E, 0x76, 0x63, 0x6D]]
        case .flac: [Array("fLaC".utf8)]
        case .ogg: [Array("OggS".utf8)]
        case .mp3: [Array("ID3".utf8), [0xFF, 0xFB], [0xFF, 0xF3], [0xFF, 0xF2]]
        case .png: [[0x89, 0x50, 0x4E, 0x47]]
        case .jpeg: [[0xFF, 0xD8, 0xFF]]
        case .jpegXL: [[0xFF, 0x0A], [0, 0, 0, 0x0C, 0x4A, 0x58, 0x4C, 0x20]]
        case .tiff: [[0x49, 0x49, 0x2A, 0], [0x4D, 0x4D, 0, 0x2A]]
        case .pdf: [[0x25, 0x50, 0x44, 0x46]]
        case .zip: [[0x50, 0x4B, 3, 4]]
        case .gzip: [[0x1F, 0x8B]]
        // The first byte without its top bit, as UTF-8, and as what stands for illegal UTF-8.
        case .mangledPicture: [[0x0E], [0xC2, 0x8E], [0xEF, 0xBF, 0xBD]].map { $0 + FileKind.picture.signature.dropFirst() }
        default: []
        }
    }

    /// `P1` … `P7` and white space.
    private static func isNetpbm(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 3 && bytes[0] == UInt8(ascii: "P")
            && (UInt8(ascii: "1")...UInt8(ascii: "7")).contains(bytes[1]) && [9, 10, 13, 32].contains(bytes[2])
    }

    /// No control characters but white space, and nothing that UTF-8 does not have.
    private static func isText(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 < 0xF5 && $0 != 0xC0 && $0 != 0xC1 || 9...13 ~= $0 }
            && !(0x80..<0xC0 ~= (bytes.first ?? 0x80))
    }

    /// What a file is that is no picture of ours, and what to do about it.
    static func advice(for found: [UInt8]) -> String {
        switch ForeignFile(recognizing: found) {
        case .mangledPicture?: "it was transferred as text and is beyond repair; copy it again as binary"
        case let kind? where kind.isEncodable: "it is \(kind.rawValue), which can be encoded to one"
        case let kind?: "it is \(kind.rawValue)"
        case nil: "it starts with " + found.prefix(8).map(\.hexadecimal).joined(separator: " ")
        }
    }
}
