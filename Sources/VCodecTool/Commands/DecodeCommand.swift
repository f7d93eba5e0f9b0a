import ArgumentParser
import Media
import MediaFiles
import VCodec

/// `vcodec decode`: `.vci` to PNG or PNM, `.vca` to a sound file.
struct DecodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Make a picture from a .vci, or a sound from a .vca.",
        discussion: """
              vcodec decode photo.vci                     makes photo.png
              vcodec decode --levels 2 photo.vci preview.png
              vcodec decode --region 512x512+1024+0 photo.vci part.png
              vcodec decode - - < photo.vci > photo.png
              vcodec decode speech.vca                    makes speech.wav
              vcodec decode --from 60 --duration 5 music.vca part.wav

            A file that is cut short gives the best picture that its complete levels allow, or the sound up to there.
            """)

    @Argument(
        help: "A .vci or .vca file; - for standard input.", completion: .file(extensions: ["vci", "vca"]))
    var input: String

    @Argument(
        help: """
            The file to make: .png, .ppm, .pgm, .pbm, .pnm, .pam; .wav, .flac, .aiff, .caf, .w64, .rf64, .au, .raw; \
            - for PNG or WAV on standard output. (default: INPUT with .png, .wav)
            """,
        completion: .file())
    var output: String?

    @Option(help: ArgumentHelp("Stop after so many levels, 1 coarsest … 4 all.", valueName: "n"))
    var levels: Int?

    @Option(
        help: ArgumentHelp("Pictures: only this part, 512x512+1024+0.", valueName: "WxH+X+Y"),
        transform: DecodeCommand.region)
    var region: PixelRegion?

    @Option(
        help: ArgumentHelp("Sound: whatever its name says: wav, flac, raw …", valueName: "kind"),
        transform: DecodeCommand.soundKind)
    var format: SoundFileKind?

    @OptionGroup var stretch: SoundStretchOptions
    @OptionGroup var work: WorkOptions

    func validate() throws {
        if let levels, !(1...4 ~= levels) {
            throw ValidationError("--levels is \(levels); allowed is 1 to 4")
        }
    }

    /// By the name that an option gives.
    static func soundKind(_ name: String) throws -> SoundFileKind {
        guard let kind = SoundFileKind(rawValue: name), kind.isWritable else {
            let known = SoundFileKind.allCases.filter(\.isWritable).map(\.rawValue).joined(separator: ", ")
            throw ValidationError("'\(name)' is no kind of sound file that is written; allowed: \(known)")
        }
        return kind
    }

    static func region(_ text: String) throws -> PixelRegion {
        guard let region = PixelRegion(text) else {
            throw ValidationError("'\(text)' is no region; write WIDTHxHEIGHT+X+Y, as 512x512+1024+0")
        }
        return region
    }

    func run() throws {
        let input = InputFile(input)
        try checkOutputName(for: input)
        if try MediaKind(of: input) == .encodedSound {
            if let option = levels != nil ? "--levels" : region != nil ? "--region" : nil {
                throw ToolFailure(.usage, input.name, "is sound; \(option) is for pictures")
            }
            try work.checkForSound(input)
            try SoundDecoding(input: input, output: output, kind: format, stretch: stretch.stretch, work: work).run()
        } else {
            guard format == nil, !stretch.isGiven else {
                throw ToolFailure(.usage, input.name, "is no sound; --format, --from and --duration are for sound")
            }
            let decoding = try StreamDecoding(work, levels: levels, region: region)
            try PictureDecoding(input: input, output: output, decoding: decoding).run()
        }
    }

    /// Refuses a name that stands for no kind of file before anything else: of image file, if the input is no sound.
    private func checkOutputName(for input: InputFile) throws(ToolFailure) {
        guard let output, format == nil, (try? SoundFileKind(fileName: output)) == nil else { return }
        if (try? MediaKind(of: input)) == .encodedSound, (try? ImageFileKind(fileName: output)) == nil {
            _ = try SoundDecoding.kind(ofOutput: output)
        } else {
            _ = try PictureDecoding.kind(ofOutput: output)
        }
    }
}
