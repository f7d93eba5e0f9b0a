import Media
import QualityMetrics

/// What `vcodec compare` prints; the names of the fields are those of the JSON.
struct ComparisonReport: Report {
    struct File: Encodable {
        let name: String
        let bytes: Int
        let bitsPerPixel: Double
        let isEncoded: Bool

        init(_ input: InputFile, _ source: PictureSource) {
            name = input.name
            bytes = source.bytes
            isEncoded = source.isEncoded
            bitsPerPixel = VCodecTool.bitsPerPixel(
                bytes: source.bytes, width: source.image.width, height: source.image.height)
        }
    }

    /// In dB; absent when no sample differs.
    let psnr: Double?
    let msssim: Double
    /// −10·log₁₀(1 − msssim); absent when no sample differs.
    let msssimDecibels: Double?
    /// 5, or fewer for small pictures.
    let msssimScales: Int
    /// 100 when no sample differs; absent where a side is below 8.
    let ssimulacra2: Double?
    let alpha: AlphaComparison
    let files: [File]

    init(_ comparison: PictureComparison, original: PictureComparison.Side, alpha: AlphaComparison, files: [File]) {
        let psnr = comparison.peakSignalToNoiseRatio
        let similarity = comparison.multiScaleSimilarity()
        self.psnr = psnr.isFinite ? psnr : nil
        self.msssim = similarity.value
        self.msssimDecibels = similarity.decibels.isFinite ? similarity.decibels : nil
        self.msssimScales = similarity.scales
        self.ssimulacra2 = comparison.ssimulacra2(original: original)
        self.alpha = alpha
        self.files = files
    }
}

extension ComparisonReport {
    /// For people.
    var text: String {
        var lines = [
            "PSNR         " + (psnr.map { "\($0.fixed(2)) dB" } ?? "∞ dB (identical)"),
            "MS-SSIM      \(msssim.fixed(6)) (\(similarityNote))",
        ]
        if let ssimulacra2 { lines.append("SSIMULACRA2  \(ssimulacra2.fixed(2))") }
        if alpha != .none { lines.append("alpha        \(alpha.words)") }
        for file in files where file.isEncoded {
            lines.append(
                "rate         \(file.bitsPerPixel.fixed(4)) bpp "
                    + "(\(file.name), \(file.bytes.grouped) bytes)")
        }
        return lines.joined(separator: "\n")
    }

    private var similarityNote: String {
        let decibels = "\(msssimDecibels.map { $0.fixed(2) } ?? "∞") dB"
        return msssimScales == 5 ? decibels : "\(decibels), \(msssimScales) of 5 scales: small picture"
    }
}

/// How the alpha channels of two pictures compare.
enum AlphaComparison: String, Encodable {
    /// Neither picture has one.
    case none
    case identical
    case different
    /// Only one picture has an alpha channel.
    case onlyInOne

    init(_ first: ImageBuffer, _ second: ImageBuffer) {
        switch (first.format.channels.hasAlpha, second.format.channels.hasAlpha) {
        case (false, false): self = .none
        case (true, true): self = Self.alpha(first) == Self.alpha(second) ? .identical : .different
        default: self = .onlyInOne
        }
    }

    /// Alpha on the scale of 16 bits.
    private static func alpha(_ image: ImageBuffer) -> [UInt16] {
        let channels = image.format.channels.count
        let factor = 0xFFFF / image.format.bitDepth.maximumSample
        return stride(from: channels - 1, to: image.samples.count, by: channels).map {
            image.samples[$0] * factor
        }
    }

    var words: String {
        switch self {
        case .none: "none"
        case .identical: "identical"
        case .different: "different"
        case .onlyInOne: "only in one of the pictures, not compared"
        }
    }
}
