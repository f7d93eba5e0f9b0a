/// What lossy files are made good at.
public enum DistortionMeasure: String, CaseIterable, Sendable, Hashable {
    /// Squared error.
    case psnr
    /// MS-SSIM, which looks for structure: errors in smooth places count more, those in texture less. By refinement of
    /// the symbols, from effort 1 on.
    case msSSIM = "ms-ssim"
    /// SSIMULACRA2, which was fitted to what people say of pictures. By a model of its own, ``Model/visual``, at every effort.
    case ssimulacra2
}
