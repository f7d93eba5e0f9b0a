import MediaFiles
import VCodec

/// `vcodec batch encode`, file by file.
struct BatchEncoding: BatchWork {
    private let rate: RateOptions
    private let work: WorkOptions
    private let pictureOptions: EncodingOptions

    static let verb = "encode"

    init(_ rate: RateOptions, _ work: WorkOptions) throws(ToolFailure) {
        self.rate = rate
        self.work = work
        pictureOptions = try EncodingOptions(rate, work)
    }

    static func takes(_ kind: MediaKind) -> Bool { !kind.isEncoded }

    static func kind(ofName name: String) -> MediaKind? {
        guard let found = name.lowercasedExtension else { return nil }
        if PictureEncoding.extensions.contains(found) { return .picture }
        // Samples without a header are no file for a batch: somebody would have to say what they are.
        return SoundEncoding.extensions.contains(found) && !SoundFileKind.raw.fileExtensions.contains(found) ? .sound : nil
    }

    func outputName(for name: String, _ kind: MediaKind) -> String {
        kind == .sound
            ? InputFile(name).path(replacing: SoundEncoding.extensions, with: "vca")
            : InputFile(name).path(replacing: PictureEncoding.extensions, with: "vci")
    }

    func settings(for kind: MediaKind) -> String {
        guard kind != .sound else { return rate.words }
        let options = pictureOptions, model = options.model ?? .standard(for: options.tune)
        return "\(rate.words) --effort \(options.effort.value) --tune \(options.tune.rawValue) --model \(model.identity)"
    }

    func refusal(of kind: MediaKind) -> String? {
        // Efforts and measures do not say what size or quality is wanted: sounds have theirs all the same.
        if kind == .sound { return rate.givenForPictures.first { !["--effort", "--tune"].contains($0) }.map { "is sound; \($0) is for pictures" } }
        return rate.bitrate == nil ? nil : "is a picture; --bitrate is for sound"
    }

    func perform(_ input: InputFile, to output: String, threads: Int, notes: Notes) throws(ToolFailure) {
        if (try? ImageFileKind(fileName: output)) != nil || (try? SoundFileKind(fileName: output)) != nil {
            throw ToolFailure(.usage, output, "is no name for an encoded file; end it in .vci or .vca")
        }
        let kind = try MediaKind(of: input)
        if kind.isEncoded { throw ToolFailure(.badData, input.name, "is encoded already") }
        var work = work
        work.threads = threads
        work.reporting.notes = notes
        if kind == .sound {
            try SoundEncoding(input: input, output: output, raw: nil, coding: rate.coding, work: work).run()
        } else {
            var options = pictureOptions
            options.threads = threads
            try PictureEncoding(input: input, output: output, options: options, work: work).run()
        }
    }
}
