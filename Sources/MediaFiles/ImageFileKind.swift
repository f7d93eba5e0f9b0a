/// A format of image files: recognised by content when reading, chosen by name when writing.
public enum ImageFileKind: Hashable, Sendable {
    case png
    case netpbm(NetpbmFormat)

    /// The formats of the Netpbm family.
    public enum NetpbmFormat: String, Hashable, Sendable, CaseIterable {
        /// Black and white, one bit: P1 and P4.
        case pbm
        /// Grey: P2 and P5.
        case pgm
        /// RGB: P3 and P6.
        case ppm
        /// Any number of channels: P7.
        case pam
        /// PGM or PPM, whichever goes with the picture. Only for writing.
        case pnm
    }

    /// Recognises a file by its first bytes.
    ///
    /// - Throws: ``MediaFileError/empty`` or ``MediaFileError/unrecognized(found:)``.
    public init(recognizing bytes: [UInt8]) throws(MediaFileError) {
        guard !bytes.isEmpty else { throw .empty }
        if bytes.starts(with: PNGStructure.signature.prefix(bytes.count)) {
            self = .png
        } else if let format = NetpbmFormat(magic: bytes) {
            self = .netpbm(format)
        } else {
            throw .unrecognized(found: Array(bytes.prefix(8)))
        }
    }

    /// Chooses by what follows the last dot of a file's name, in any case.
    ///
    /// - Throws: ``MediaFileError/unknownExtension(_:known:)``.
    public init(fileName: String) throws(MediaFileError) {
        let parts = fileName.split(separator: "/", omittingEmptySubsequences: false)
        let name = parts.last ?? ""
        let found = name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? ""
        guard let kind = Self.allKinds.first(where: { $0.fileExtension == found.lowercased() })
        else { throw .unknownExtension(found, known: Self.allKinds.map(\.fileExtension)) }
        self = kind
    }

    /// What names of such files end in, without the dot.
    public var fileExtension: String {
        switch self {
        case .png: "png"
        case .netpbm(let format): format.rawValue
        }
    }

    private static let allKinds = [.png] + NetpbmFormat.allCases.map(ImageFileKind.netpbm)
}

extension ImageFileKind: CustomStringConvertible {
    /// For people: `PNG`, `PGM` …
    public var description: String { fileExtension.uppercased() }
}

extension ImageFileKind.NetpbmFormat {
    /// Recognises `P1` … `P7` followed by white space or a comment.
    init?(magic bytes: [UInt8]) {
        guard bytes.count >= 2, bytes[0] == UInt8(ascii: "P") else { return nil }
        guard bytes.count == 2 || bytes[2].isNetpbmSpace || bytes[2] == UInt8(ascii: "#") else {
            return nil
        }
        switch bytes[1] {
        case UInt8(ascii: "1"), UInt8(ascii: "4"): self = .pbm
        case UInt8(ascii: "2"), UInt8(ascii: "5"): self = .pgm
        case UInt8(ascii: "3"), UInt8(ascii: "6"): self = .ppm
        case UInt8(ascii: "7"): self = .pam
        default: return nil
        }
    }
}
