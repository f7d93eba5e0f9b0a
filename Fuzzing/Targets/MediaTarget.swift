internal import Media
internal import MediaFiles

/// Files of other formats.
enum MediaTarget {
    private static let limits: ReadingLimits = {
        var limits = ReadingLimits()
        limits.maximumSide = 256
        limits.maximumPixels = 1024
        limits.maximumMetadataBytes = 1 << 14
        return limits
    }()

    static func picture(_ bytes: [UInt8]) -> FuzzTarget.Outcome {
        do {
            let image = try ImageFileReader(limits: limits).read(bytes).image
            precondition(image.samples.count == image.width * image.height * image.format.channels.count, "all samples")
            return .accepted
        } catch { return .refused(error.description) }
    }

    /// What libsndfile would be asked to read is left to its own tests.
    static func sound(_ bytes: [UInt8]) -> FuzzTarget.Outcome {
        do throws(MediaFileError) {
            let kind = try SoundFileKind(recognizing: bytes)
            guard [.wav, .rf64, .aiff].contains(kind) else { return .refused("a \(kind) file") }
            let reader = try SoundFileReader(.bytes(bytes), limits: limits)
            while try reader.read(frames: 64) != nil {}
            _ = (reader.metadata, reader.warnings.map(\.description))
            return .accepted
        } catch { return .refused(error.description) }
    }

    static func array(_ bytes: [UInt8]) -> FuzzTarget.Outcome {
        do {
            let file = try IDXFile(bytes: bytes, limit: 1 << 12)
            let count = file.dimensions.contains(0) ? 0 : file.dimensions.reduce(1, *)
            precondition(file.values.count == count, "all values")
            return .accepted
        } catch { return .refused(error.description) }
    }
}
