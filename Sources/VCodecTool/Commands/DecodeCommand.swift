import ArgumentParser
import Media
import MediaFiles
import VCodec

/// `vcodec decode`: `.vci` to PNG or PNM.
struct DecodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Make a PNG or PNM picture from a .vci file.",
        discussion: """
              vcodec decode photo.vci                     makes photo.png
              vcodec decode photo.vci photo.ppm
              vcodec decode --levels 2 photo.vci preview.png
              vcodec decode - - < photo.vci > photo.png

            A file that is cut short gives the best picture that its complete levels allow.
            """)

    @Argument(
        help: "A .vci file; - for standard input.", completion: .file(extensions: ["vci"]))
    var input: String

    @Argument(
        help: """
            The file to make: .png, .ppm, .pgm, .pbm, .pnm or .pam; - for PNG on standard output. \
            (default: INPUT with .png)
            """,
        completion: .file())
    var output: String?

    @Option(help: ArgumentHelp("Stop after so many levels, 1 coarsest … 4 all.", valueName: "n"))
    var levels: Int?

    @OptionGroup var work: WorkOptions

    func validate() throws {
        if let levels, !(1...4 ~= levels) {
            throw ValidationError("--levels is \(levels); allowed is 1 to 4")
        }
    }

    func run() throws {
        let start = ContinuousClock.now
        let input = InputFile(input)
        let path = output ?? input.path(replacing: ["vci"], with: "png")
        let kind = try outputKind(path)
        let bytes = try input.read()
        let decoding = try StreamDecoding(work, levels: levels)
        var output = try OutputFile(path, from: input)
        let decoded = try decoding.decode(bytes, from: input)
        let file = try imageFile(kind, decoded, named: output.name)
        try output.finish(with: file)
        work.reporting.summarize(
            "\(input.name) → \(output.name)   \(decoded.image.readable)   "
                + "\(bytes.count.grouped) → \(file.count.grouped) bytes"
                + levelsNote(decoded) + "   \((.now - start).readable)")
    }

    private func outputKind(_ path: String) throws(ToolFailure) -> ImageFileKind {
        guard path != "-" else { return .png }
        do {
            return try ImageFileKind(fileName: path)
        } catch {
            throw ToolFailure(writing: path, error)
        }
    }

    private func imageFile(
        _ kind: ImageFileKind, _ decoded: DecodedImage, named name: String
    ) throws(ToolFailure) -> [UInt8] {
        do {
            return try ImageFileWriter(kind).write(decoded.image, metadata: decoded.metadata)
        } catch {
            throw ToolFailure(writing: name, error)
        }
    }

    private func levelsNote(_ decoded: DecodedImage) -> String {
        decoded.completeLevels < 4 ? " (\(decoded.completeLevels) of 4 levels)" : ""
    }
}
