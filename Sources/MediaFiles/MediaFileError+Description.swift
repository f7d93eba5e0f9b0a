import Media

extension MediaFileError: CustomStringConvertible {
    public var description: String {
        generalDescription ?? pngDescription ?? netpbmDescription ?? soundDescription ?? writingDescription
    }

    private var generalDescription: String? {
        switch self {
        case .empty:
            "the file is empty"
        case .unrecognized(let found):
            "not a PNG or PNM file (it starts with \(hexadecimal(found)))"
        case .truncated(let part, let offset, let needed, let available):
            "for \(part.rawValue) at byte \(offset), \(needed) bytes are needed and "
                + "\(available) are left; the file is cut short"
        case .valueOutOfRange(let part, let found, let allowed, let offset):
            "\(part.rawValue) is \(found) at byte \(offset); allowed is \(words(allowed))"
        case .limitExceeded(let kind, let requested, let allowed, let offset):
            "\(kind.rawValue): the file asks for \(requested) at byte \(offset) "
                + "and the limit is \(allowed)"
        case .trailingBytes(let count, let offset):
            "\(count) bytes after the end of the picture at byte \(offset) are ignored"
        case .outOfMemory:
            "not enough memory for the picture"
        default:
            nil
        }
    }

    private var pngDescription: String? {
        switch self {
        case .checksumMismatch(let chunk, let offset, let stored, let computed):
            "checksum of chunk \(chunk) at byte \(offset) does not match (stored "
                + "\(hexadecimal(stored)), computed \(hexadecimal(computed))); the file is damaged"
        case .missingChunk(let chunk, let offset):
            "chunk \(chunk) is missing before byte \(offset)"
        case .misplacedChunk(let chunk, let offset):
            "chunk \(chunk) at byte \(offset) is out of place or there twice"
        case .unknownCriticalChunk(let chunk, let offset):
            "chunk \(chunk) at byte \(offset) is needed to show the picture and is not known; "
                + "convert the file with a program that knows it"
        case .malformedChunk(let chunk, let defect, let offset):
            "chunk \(chunk) at byte \(offset) \(words(defect))"
        case .unsupportedPixelFormat(let colorType, let bitDepth, let offset):
            "colour type \(colorType) with \(bitDepth) bits at byte \(offset) does not exist in PNG"
        case .implausibleSize(let needed, let possible, let offset):
            "the header promises \(needed) bytes of pixels, but the compressed data at byte "
                + "\(offset) cannot hold more than \(possible)"
        case .corruptPixels(let detail, let offset):
            "the pixels cannot be decoded at byte \(offset): \(detail)"
        default:
            nil
        }
    }

    private var netpbmDescription: String? {
        switch self {
        case .unexpectedByte(let byte, let expected, let offset):
            "found 0x\(hexadecimal([byte])) at byte \(offset) where \(expected.rawValue) should be"
        case .unknownHeaderLine(let line, let offset):
            "header line '\(line)' at byte \(offset) is not known"
        case .missingHeaderLine(let part, let offset):
            "the header does not give \(part.rawValue) before byte \(offset)"
        case .tupleTypeMismatch(let name, let depth, let offset):
            "tuple type \(name) at byte \(offset) does not go with depth \(depth)"
        default:
            nil
        }
    }

    private var soundDescription: String? {
        switch self {
        case .unrecognizedSound(let found):
            "no sound file of a known format (it starts with \(hexadecimal(found)))"
        case .partialFrame(let count, let frameLength, let offset):
            "\(count) bytes at byte \(offset) are no whole frame of \(frameLength) and are ignored"
        case .cutShort(let declaredFrames, let readFrames):
            "the file is cut short: it should have \(declaredFrames) frames and has \(readFrames)"
        case .unreadableSound(let kind, let detail):
            "the \(kind) file cannot be read: \(detail)"
        case .corruptSound(let detail, let frame):
            "the samples cannot be decoded from frame \(frame) on: \(detail)"
        case .needsSeeking(let kind):
            "\(kind) needs a file, not a pipe"
        case .system(let call, let code):
            "the file cannot be \(call.rawValue): \(SystemFile.words(for: code))"
        default:
            soundWritingDescription
        }
    }

    private var soundWritingDescription: String? {
        switch self {
        case .unknownSoundExtension(let found, let known):
            "'\(found)' stands for no sound format that is written; use one of "
                + known.map { "." + $0 }.joined(separator: ", ")
        case .unsupportedSound(let format, let kind):
            "\(kind) files cannot hold this sound (\(format)); use .wav"
        case .onlyReadable(let kind):
            "\(kind) files are read and not written; use .wav or .flac"
        case .wrongFrameCount(let announced, let written):
            "\(announced) frames were announced and \(written) written"
        case .tooLong(let kind, let allowed):
            "\(kind) files cannot be longer than \(allowed) bytes; use .wav"
        case .libraryFailure(let detail):
            "the file cannot be written: \(detail)"
        default:
            nil
        }
    }

    private var writingDescription: String {
        switch self {
        case .unknownExtension(let found, let known):
            "'\(found)' stands for no image format; use one of "
                + known.map { "." + $0 }.joined(separator: ", ")
        case .unsupportedPicture(let format, let significantBits, let kind):
            "\(kind) files cannot hold this picture (\(format), \(significantBits) significant); "
                + "use .png or .pam"
        case .invalidKeyword(let keyword):
            "'\(keyword)' cannot be a PNG keyword: it must be 1 to 79 characters of Latin-1"
        case .zeroInText(let keyword):
            "the text '\(keyword)' holds a zero character, which PNG cannot store"
        case .invalidBackground(let samples, let format):
            "background \(samples) does not go with a picture of \(format)"
        case .metadataTooLong(let chunk, let count, let allowed):
            "\(count) bytes of metadata do not fit into chunk \(chunk), which holds \(allowed)"
        default:
            "the file cannot be read or written"
        }
    }

    private func words(_ defect: ChunkDefect) -> String {
        switch defect {
        case .length(let found, let allowed): "has \(found) bytes; allowed is \(words(allowed))"
        case .partialEntry(let length, let entry): "has \(length) bytes, not a multiple of \(entry)"
        case .value(let found, let allowed): "holds \(found); allowed is \(words(allowed))"
        case .keyword: "has no keyword of 1 to 79 bytes"
        case .unterminatedText: "ends in the middle of a text"
        case .compression: "cannot be decompressed"
        case .duplicate: "repeats an earlier chunk"
        }
    }

    private func words(_ range: ClosedRange<Int>) -> String {
        range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    }

    private func hexadecimal(_ checksum: UInt32) -> String {
        let digits = String(checksum, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
