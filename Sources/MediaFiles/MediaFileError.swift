public import Media

/// What can be wrong with an image or sound file, or with what is to become one.
///
/// Offsets count bytes from the start of the file. `description` is one sentence for people.
public enum MediaFileError: Error, Hashable, Sendable {
    // Any file

    /// The input has no bytes at all.
    case empty

    /// The first bytes (at most eight of them) belong to no format that can be read.
    case unrecognized(found: [UInt8])

    /// The input ends before `part`, which starts at `offset` and takes `needed` bytes.
    case truncated(Part, offset: Int, needed: Int, available: Int)

    /// A number lies outside what the format defines.
    case valueOutOfRange(Part, found: Int, allowed: ClosedRange<Int>, offset: Int)

    /// The file asks for more than the reader was told to give.
    case limitExceeded(ReadingLimits.Kind, requested: Int, allowed: Int, offset: Int)

    /// Bytes follow the end of the picture. Only ever a warning.
    case trailingBytes(count: Int, offset: Int)

    /// There was no memory for something that passed all limits.
    case outOfMemory

    // PNG

    /// A chunk's CRC-32 does not belong to its bytes; `offset` is where the chunk starts.
    case checksumMismatch(chunk: String, offset: Int, stored: UInt32, computed: UInt32)

    /// A chunk that the picture needs is not there by the time it is needed, at `offset`.
    case missingChunk(String, offset: Int)

    /// A chunk is where it may not be, or is there twice.
    case misplacedChunk(String, offset: Int)

    /// A chunk that may not be skipped and that nobody here knows.
    case unknownCriticalChunk(String, offset: Int)

    /// The content of a chunk is not what its type calls for. A warning where pixels do not
    /// depend on the chunk.
    case malformedChunk(String, ChunkDefect, offset: Int)

    /// IHDR combines a colour type and a bit depth that PNG does not.
    case unsupportedPixelFormat(colorType: UInt8, bitDepth: UInt8, offset: Int)

    /// The header promises more bytes of pixels than the file's compressed data can expand to
    /// (deflate gives at most 1032 bytes for one).
    case implausibleSize(needed: Int, possible: Int, offset: Int)

    /// The pixels cannot be decompressed or unfiltered; `offset` is how far libpng had read and
    /// `detail` what it said.
    case corruptPixels(detail: String, offset: Int)

    // PNM

    /// Something else stands where a number or a word of the header should.
    case unexpectedByte(UInt8, expected: Part, offset: Int)

    /// A line of a PAM header that starts with no word of that format.
    case unknownHeaderLine(String, offset: Int)

    /// A PAM header ends, or a line of it, without a number that it must give.
    case missingHeaderLine(Part, offset: Int)

    /// A PAM header calls its samples by a name that does not go with their number.
    case tupleTypeMismatch(String, depth: Int, offset: Int)

    // Sound

    /// The first bytes (at most twelve) belong to no sound format that can be read.
    case unrecognizedSound(found: [UInt8])

    /// What follows the last whole frame is too short to be one. Only ever a warning.
    case partialFrame(count: Int, frameLength: Int, offset: Int)

    /// The file ends, or its samples do, before it should. Only ever a warning.
    case cutShort(declaredFrames: Int, readFrames: Int)

    /// libsndfile cannot read the file, and `detail` is what it said.
    case unreadableSound(SoundFileKind, detail: String)

    /// Compressed samples are damaged; so many frames could be decoded before.
    case corruptSound(detail: String, frame: Int)

    /// A file of this kind is read and written at several places in turn, which a pipe cannot do.
    case needsSeeking(SoundFileKind)

    /// The system could not do what it was asked for; `code` is its `errno`.
    case system(SystemCall, code: Int32)

    // Writing

    /// The name of the file to write ends in nothing that stands for a format.
    case unknownExtension(String, known: [String])

    /// The format has no place for such samples.
    case unsupportedPicture(PixelFormat, significantBits: Int, kind: ImageFileKind)

    /// A keyword or a profile's name is not 1 … 79 characters of Latin-1 without zeros.
    case invalidKeyword(String)

    /// A text holds a zero character, which PNG uses to end texts.
    case zeroInText(keyword: String)

    /// The background has another number of samples than the picture has colours, or a value
    /// that the picture's samples cannot have.
    case invalidBackground([UInt16], for: PixelFormat)

    /// Some metadata are too long for a chunk of the file.
    case metadataTooLong(chunk: String, count: Int, allowed: Int)

    /// The name of the sound file to write ends in nothing that stands for a format.
    case unknownSoundExtension(String, known: [String])

    /// The format has no place for such samples.
    case unsupportedSound(AudioFormat, kind: SoundFileKind)

    /// Files of this kind are read and not written.
    case onlyReadable(SoundFileKind)

    /// There are more or fewer frames than the header says by now.
    case wrongFrameCount(announced: Int, written: Int)

    /// The file would be longer than this kind can say.
    case tooLong(SoundFileKind, allowed: Int)

    /// libsndfile gave up writing, and `detail` is what it said.
    case libraryFailure(detail: String)
}

extension MediaFileError {
    /// A part of a file; the raw value is its name for people.
    public enum Part: String, Hashable, Sendable {
        case signature
        case chunk
        case chunkLength = "the chunk's length"
        case width
        case height
        case depth
        case maximum = "the largest sample value"
        case headerLine = "header line"
        case compressionMethod = "compression method"
        case filterMethod = "filter method"
        case interlaceMethod = "interlace method"
        case sample
        case bit = "sample (0 or 1)"
        case raster = "the samples"
        case whitespace = "white space"
        case channels = "the number of channels"
        case sampleRate = "the sample rate"
        case bits = "the bits of a sample"
        case frameLength = "the length of a frame in bytes"
    }

    /// What the system was asked for; the raw value says so.
    public enum SystemCall: String, Hashable, Sendable {
        case opening = "opened"
        case reading = "read"
        case writing = "written"
    }

    /// What is wrong inside a chunk.
    public enum ChunkDefect: Hashable, Sendable {
        /// The chunk has `found` bytes.
        case length(found: Int, allowed: ClosedRange<Int>)
        /// The length is not that of whole entries.
        case partialEntry(length: Int, entry: Int)
        /// A value with no meaning.
        case value(found: Int, allowed: ClosedRange<Int>)
        /// A keyword or name of an illegal length, or one that does not end.
        case keyword
        /// A text that does not end.
        case unterminatedText
        /// What is inside cannot be inflated.
        case compression
        /// A chunk of this type has been there before; the first one counts.
        case duplicate
    }
}
