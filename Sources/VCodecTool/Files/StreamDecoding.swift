import VCodec

/// Decodes `.vci` files as the options say, and warns of files that are cut short.
struct StreamDecoding {
    private let decoder: ImageDecoder
    var reporting: ReportingOptions

    /// - Parameter levels: how many levels to decode, coarsest first; nil for all.
    init(_ work: WorkOptions, levels: Int?) throws(ToolFailure) {
        var options = DecodingOptions()
        options.levels = levels
        options.model = try work.chosenModel()
        options.threads = work.threads ?? options.threads
        options.maximumSampleBytes = work.maximumSampleBytes
        self.decoder = ImageDecoder(options: options)
        self.reporting = work.reporting
    }

    func decode(_ bytes: [UInt8], from input: InputFile) throws(ToolFailure) -> DecodedImage {
        let progress = ProgressLine("decoding \(input.name)", reporting)
        defer { progress?.clear() }
        do {
            let decoded = try decoder.decode(bytes, progress: progress?.handler)
            progress?.clear()
            for warning in decoded.metadataWarnings { reporting.warn(input.name, warning) }
            if let offset = decoded.truncatedAt {
                reporting.warn(
                    input.name,
                    "incomplete from byte \(offset) on; \(decoded.completeLevels) of 4 levels shown")
            }
            return decoded
        } catch {
            throw ToolFailure(coding: input.name, error)
        }
    }
}
