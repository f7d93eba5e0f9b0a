import MediaFiles
import VCodec

/// `vcodec decode` of a `.vci` file.
struct PictureDecoding {
    let input: InputFile
    /// Nil for the input's name with `.png`.
    let output: String?
    let decoding: StreamDecoding

    func run() throws(ToolFailure) {
        let start = ContinuousClock.now
        let path = output ?? input.path(replacing: ["vci"], with: "png")
        let kind = try Self.kind(ofOutput: path)
        let bytes = try input.read()
        var file = try OutputFile(path, from: input)
        let decoded = try decoding.decode(bytes, from: input)
        let picture = try imageFile(kind, decoded, named: file.name)
        try file.finish(with: picture)
        decoding.reporting.summarize(
            "\(input.name) → \(file.name)   \(decoded.image.readable)   "
                + "\(bytes.count.grouped) → \(picture.count.grouped) bytes"
                + levelsNote(decoded) + "   \((.now - start).readable)")
    }

    /// - Throws: a failure for a name that stands for no kind of image file.
    static func kind(ofOutput path: String) throws(ToolFailure) -> ImageFileKind {
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
