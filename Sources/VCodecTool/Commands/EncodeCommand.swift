import ArgumentParser
import MediaFiles
import VCodec

/// `vcodec encode`: PNG or PNM to `.vci`, sound files to `.vca`.
struct EncodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "Make a .vci from a picture, or a .vca from sound.",
        usage: "vcodec encode <input> [<output>] [<options>]",
        discussion: """
              vcodec encode photo.png                     makes photo.vci, quality 50
              vcodec encode --bytes 20000 photo.png       the best that fits
              vcodec encode --bpp 0.5 - - < photo.png > photo.vci
              vcodec encode speech.wav                    makes speech.vca, quality 50
              vcodec encode --bitrate 32 music.flac
              vcodec encode --lossless music.wav          every sample comes back
            """)

    @Argument(help: "PNG, PNM, PAM; WAV, FLAC, MP3 …; - for standard input.", completion: .file())
    var input: String

    @Argument(
        help: "The file to make, or -. (default: INPUT.vci or .vca)",
        completion: .file(extensions: ["vci", "vca"]))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Only samples, as 48000:2:s16le; u8, s24be, f32le …",
            valueName: "what"))
    var raw: RawSoundOption?

    @OptionGroup var rate: RateOptions
    @OptionGroup var work: WorkOptions

    func validate() throws {
        guard let output else { return }
        if (try? ImageFileKind(fileName: output)) != nil {
            throw ValidationError("'\(output)' is no name for an encoded picture; end it in .vci")
        }
        if (try? SoundFileKind(fileName: output)) != nil {
            throw ValidationError("'\(output)' is no name for encoded sound; end it in .vca")
        }
    }

    func run() throws {
        let input = InputFile(input)
        let kind = raw == nil ? try MediaKind(of: input) : .sound
        guard !kind.isEncoded else {
            throw ToolFailure(.badData, input.name, "is encoded already; 'vcodec decode' reads it")
        }
        guard kind == .sound else {
            guard rate.bitrate == nil else { throw ToolFailure(.usage, input.name, "is a picture; --bitrate is for sound") }
            return try PictureEncoding(input: input, output: output, options: EncodingOptions(rate, work), work: work).run()
        }
        if let option = rate.givenForPictures.first {
            throw ToolFailure(.usage, input.name, "is sound; \(option) is for pictures")
        }
        try work.checkForSound(input)
        try SoundEncoding(input: input, output: output, raw: raw, coding: rate.coding, work: work).run()
    }
}
