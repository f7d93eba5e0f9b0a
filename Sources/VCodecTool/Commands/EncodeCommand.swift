import ArgumentParser
import Media
import MediaFiles
import VCodec

/// `vcodec encode`: PNG or PNM to `.vci`, sound files to `.vca`.
struct EncodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "Make a .vci file from a picture, or a .vca file from sound.",
        usage: "vcodec encode <input> [<output>] [<options>]",
        discussion: """
              vcodec encode photo.png                     makes photo.vci, quality 50
              vcodec encode -q 30 photo.png small.vci
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
            return try encodePicture(input)
        }
        if let option = rate.givenForPictures.first {
            throw ToolFailure(.usage, input.name, "is sound; \(option) is for pictures")
        }
        try work.checkForSound(input)
        try SoundEncoding(input: input, output: output, raw: raw, coding: rate.coding, work: work).run()
    }

    private func encodePicture(_ input: InputFile) throws {
        if let output, output.lowercased().hasSuffix(".vca") {
            throw ToolFailure(.usage, output, "is no name for an encoded picture; end it in .vci")
        }
        let start = ContinuousClock.now
        let source = try PictureSource(image: input, work)
        let encoder = ImageEncoder(options: try options())
        let path = output ?? input.path(replacing: Self.imageExtensions, with: "vci")
        var output = try OutputFile(path, from: input)
        let encoded = try encode(source, from: input, with: encoder)
        try output.finish(with: encoded.bytes)
        work.reporting.summarize(
            "\(input.name) → \(output.name)   \(source.image.readable)   "
                + summary(source.image, encoded) + "   \((.now - start).readable)")
    }

    private static let imageExtensions = ["png", "pbm", "pgm", "ppm", "pam", "pnm"]

    private func options() throws(ToolFailure) -> EncodingOptions {
        var options = EncodingOptions()
        options.target = rate.target
        options.effort = rate.effort.map { Effort($0) } ?? options.effort
        options.model = try work.chosenModel() ?? options.model
        options.threads = work.threads ?? options.threads
        return options
    }

    private func encode(
        _ source: PictureSource, from input: InputFile, with encoder: ImageEncoder
    ) throws(ToolFailure) -> EncodedImage {
        let progress = ProgressLine("encoding \(input.name)", work.reporting)
        defer { progress?.clear() }
        do {
            return try encoder.encode(
                source.image, metadata: source.metadata, progress: progress?.handler)
        } catch {
            throw ToolFailure(coding: input.name, error)
        }
    }

    /// `1 179 648 → 34 912 bytes (0.71 bpp, quality 40)`
    private func summary(_ image: ImageBuffer, _ encoded: EncodedImage) -> String {
        let rate = bitsPerPixel(
            bytes: encoded.bytes.count, width: image.width, height: image.height)
        return "\(image.rawBytes.grouped) → \(encoded.bytes.count.grouped) bytes "
            + "(\(rate.fixed(2)) bpp, \(quality(encoded)))"
    }

    private func quality(_ encoded: EncodedImage) -> String {
        guard let point = encoded.qualityPoint else {
            let error = encoded.maximumError ?? 0
            return error == 0 ? "lossless" : "no sample off by more than \(error)"
        }
        guard case .quality(let asked) = rate.target else { return "quality point \(point)" }
        return "quality \(asked.fixed(asked == asked.rounded() ? 0 : 1))"
    }
}
