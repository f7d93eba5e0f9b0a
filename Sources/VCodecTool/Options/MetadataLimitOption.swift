import ArgumentParser

/// `--max-metadata-megabytes`, which every command takes that reads pictures.
struct MetadataLimitOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Memory that the metadata of a picture may take. (default: 64)", valueName: "n", visibility: .hidden))
    var maxMetadataMegabytes: Int?

    func validate() throws {
        if let maxMetadataMegabytes, !(0...(1 << 30) ~= maxMetadataMegabytes) {
            throw ValidationError("--max-metadata-megabytes is \(maxMetadataMegabytes); allowed is 0 to \(1 << 30)")
        }
    }

    /// Where that was given.
    var bytes: Int? { maxMetadataMegabytes.map { $0 << 20 } }
}
