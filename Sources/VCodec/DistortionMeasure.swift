/// What lossy files are made good at, by refinement of their symbols: from effort 1 on.
public enum DistortionMeasure: String, CaseIterable, Sendable, Hashable {
    /// Squared error.
    case psnr
    /// MS-SSIM, which looks for structure: errors in smooth places count more, those in texture less.
    case msSSIM = "ms-ssim"
}
