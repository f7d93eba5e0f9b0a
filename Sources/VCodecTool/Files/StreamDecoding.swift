import Media
import VCodec

/// Decodes `.vci` files as the options say, and warns of files that are cut short.
struct StreamDecoding {
    private let decoder: ImageDecoder
    var reporting: ReportingOptions

    /// - Parameters:
    ///   - levels: how many levels to decode, coarsest first; nil for all.
    ///   - region: what to decode; nil for the whole picture.
    init(_ work: WorkOptions, levels: Int?, region: PixelRegion? = nil) throws(ToolFailure) {
        var options = DecodingOptions()
        options.levels = levels
        options.region = region
        options.model = try work.chosenModel()
        options.threads = work.threads ?? options.threads
        options.maximumSampleBytes = work.maximumSampleBytes
        options.maximumMetadataBytes = work.metadataLimit.bytes
        self.decoder = ImageDecoder(options: options)
        self.reporting = work.reporting
    }

    func decode(_ bytes: [UInt8], from input: InputFile) throws(ToolFailure) -> DecodedImage {
        let progress = ProgressLine("decoding \(input.name)", reporting)
        defer { progress?.clear() }
        do {
            let decoded = try decoder.decode(bytes, progress: progress?.handler)
            progress?.clear()
            for warning in decoded.metadataWarnings { reporting.warn(input.name, ToolFailure.namingOption(warning)) }
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
