import MediaFiles

/// `vcodec batch decode`, file by file.
struct BatchDecoding: BatchWork {
    let levels: Int?
    let pictures: ImageFileKind
    let sounds: SoundFileKind
    let work: WorkOptions

    static let verb = "decode"

    static func takes(_ kind: MediaKind) -> Bool { kind.isEncoded }

    static func kind(ofName name: String) -> MediaKind? {
        switch name.lowercasedExtension {
        case "vci": .encodedPicture
        case "vca": .encodedSound
        default: nil
        }
    }

    func outputName(for name: String, _ kind: MediaKind) -> String {
        kind.isSound
            ? InputFile(name).path(replacing: ["vca"], with: sounds.fileExtensions[0])
            : InputFile(name).path(replacing: ["vci"], with: pictures.fileExtension)
    }

    /// The name of the file says the rest.
    func settings(for kind: MediaKind) -> String { kind.isSound ? "" : levels.map { "--levels \($0)" } ?? "" }

    func refusal(of kind: MediaKind) -> String? {
        kind.isSound && levels != nil ? "is sound; --levels is for pictures" : nil
    }

    func perform(_ input: InputFile, to output: String, threads: Int, notes: Notes) throws(ToolFailure) {
        var work = work
        work.threads = threads
        work.reporting.notes = notes
        if try MediaKind(of: input) == .encodedSound {
            try SoundDecoding(input: input, output: output, kind: nil, stretch: SoundStretch(), work: work).run()
        } else {
            try PictureDecoding(input: input, output: output, decoding: StreamDecoding(work, levels: levels)).run()
        }
    }
}
