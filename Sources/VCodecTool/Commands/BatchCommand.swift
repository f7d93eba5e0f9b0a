import ArgumentParser
import MediaFiles

/// `vcodec batch`: folders and lists of files.
struct BatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch",
        abstract: "Encode or decode folders and lists of files.",
        discussion: """
              vcodec batch encode photos/ --out coded/
              vcodec batch decode coded/ --out decoded/ --sounds flac

            Folders are walked with all that is in them. A file that fails stops nothing, and makes the exit status 1. What was
            made before, of the same input with the same options, is not made again: the log, vcodec-batch.jsonl, tells.
            A manifest has a path in a line, or INPUT, a tab and OUTPUT.
            """,
        subcommands: [BatchEncodeCommand.self, BatchDecodeCommand.self])
}

/// `vcodec batch encode`
struct BatchEncodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "Make .vci and .vca files from all pictures and sounds of folders.",
        usage: "vcodec batch encode <path> ... --out <folder> [<options>]",
        discussion: """
              vcodec batch encode -q 30 photos/ --out coded/
              find . -name '*.png' | vcodec batch encode --manifest - --out coded/
            """)

    @OptionGroup var batch: BatchOptions
    @OptionGroup var rate: RateOptions
    @OptionGroup var work: WorkOptions

    func run() throws {
        try BatchRun(BatchEncoding(rate, work), batch, work).run()
    }
}

/// `vcodec batch decode`
struct BatchDecodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Make pictures and sounds from all .vci and .vca files of folders.",
        usage: "vcodec batch decode <path> ... --out <folder> [<options>]",
        discussion: """
              vcodec batch decode coded/ --out decoded/
              vcodec batch decode coded/ --out decoded/ --pictures ppm --sounds flac
            """)

    @OptionGroup var batch: BatchOptions

    @Option(
        help: ArgumentHelp("png, ppm, pam …: what pictures become. (default: png)", valueName: "kind"),
        transform: BatchDecodeCommand.pictureKind)
    var pictures: ImageFileKind = .png

    @Option(
        help: ArgumentHelp("wav, flac, aiff …: what sounds become. (default: wav)", valueName: "kind"),
        transform: DecodeCommand.soundKind)
    var sounds: SoundFileKind = .wav

    @Option(help: ArgumentHelp("Stop after so many levels, 1 coarsest … 4 all.", valueName: "n"))
    var levels: Int?

    @OptionGroup var work: WorkOptions

    func validate() throws {
        if let levels, !(1...4 ~= levels) { throw ValidationError("--levels is \(levels); allowed is 1 to 4") }
    }

    private static func pictureKind(_ name: String) throws -> ImageFileKind {
        guard let kind = try? ImageFileKind(fileName: ".\(name)") else {
            throw ValidationError("'\(name)' is no kind of image file; allowed: png, pbm, pgm, ppm, pam, pnm")
        }
        return kind
    }

    func run() throws {
        let decoding = BatchDecoding(levels: levels, pictures: pictures, sounds: sounds, work: work)
        try BatchRun(decoding, batch, work).run()
    }
}
