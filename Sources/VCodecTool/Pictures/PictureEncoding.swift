import Media
import MediaFiles
import VCodec

/// `vcodec encode` of a picture.
struct PictureEncoding {
    let input: InputFile
    /// Nil for the input's name with `.vci`.
    let output: String?
    let options: EncodingOptions
    let work: WorkOptions

    /// What names of image files end in.
    static let extensions = ["png", "pbm", "pgm", "ppm", "pam", "pnm"]

    func run() throws(ToolFailure) {
        if let output, output.lowercased().hasSuffix(".vca") {
            throw ToolFailure(.usage, output, "is no name for an encoded picture; end it in .vci")
        }
        let start = ContinuousClock.now
        let source = try PictureSource(image: input, work)
        let path = output ?? input.path(replacing: Self.extensions, with: "vci")
        var file = try OutputFile(path, from: input)
        let encoded = try encode(source)
        try file.finish(with: encoded.bytes)
        work.reporting.summarize(
            "\(input.name) → \(file.name)   \(source.image.readable)   "
                + summary(source.image, encoded) + "   \((.now - start).readable)")
    }

    private func encode(_ source: PictureSource) throws(ToolFailure) -> EncodedImage {
        let progress = ProgressLine("encoding \(input.name)", work.reporting)
        defer { progress?.clear() }
        do {
            return try ImageEncoder(options: options).encode(
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
        guard case .quality(let asked) = options.target else { return "quality point \(point)" }
        return "quality \(asked.fixed(asked == asked.rounded() ? 0 : 1))"
    }
}

extension EncodingOptions {
    /// What the command line asks for.
    init(_ rate: RateOptions, _ work: WorkOptions) throws(ToolFailure) {
        self.init()
        target = rate.target
        effort = rate.effort.map { Effort($0) } ?? effort
        tune = rate.tune ?? tune
        model = try work.chosenModel()
        threads = work.threads ?? threads
    }
}
