import ArgumentParser
import Media
import MediaFiles
import VCodec

/// `vcodec encode`: PNG or PNM to `.vci`.
struct EncodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "Make a .vci file from a PNG or PNM picture.",
        usage: "vcodec encode <input> [<output>] [<options>]",
        discussion: """
              vcodec encode photo.png                     makes photo.vci, quality 50
              vcodec encode -q 30 photo.png small.vci
              vcodec encode --bytes 20000 photo.png       the best that fits
              vcodec encode --lossless scan.pgm
              vcodec encode --max-error 2 photo.png       almost lossless
              vcodec encode --bpp 0.5 - - < photo.png > photo.vci
            """)

    @Argument(help: "PNG, PBM, PGM, PPM or PAM; - for standard input.", completion: .file())
    var input: String

    @Argument(
        help: "The file to make; - for standard output. (default: INPUT with .vci)",
        completion: .file(extensions: ["vci"]))
    var output: String?

    @OptionGroup var rate: RateOptions
    @OptionGroup var work: WorkOptions

    func validate() throws {
        if let output, (try? ImageFileKind(fileName: output)) != nil {
            throw ValidationError("'\(output)' is no name for an encoded picture; end it in .vci")
        }
    }

    func run() throws {
        let start = ContinuousClock.now
        let input = InputFile(input)
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
