import BitstreamFormat
import MediaFiles

/// What a command is given to work on, recognised by its first bytes.
enum MediaKind: Hashable {
    /// An image file, or anything that is nothing else here: the reader of pictures says what is wrong with it.
    case picture
    case sound
    case encodedPicture
    case encodedSound

    init(of input: InputFile) throws(ToolFailure) {
        let beginning = try input.beginning()
        if beginning.starts(with: FileKind.picture.signature) {
            self = .encodedPicture
        } else if beginning.starts(with: FileKind.sound.signature) {
            self = .encodedSound
        } else {
            self = (try? SoundFileKind(recognizing: beginning)) == nil ? .picture : .sound
        }
    }

    var isSound: Bool { self == .sound || self == .encodedSound }

    var isEncoded: Bool { self == .encodedPicture || self == .encodedSound }
}
