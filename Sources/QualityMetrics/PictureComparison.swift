public import Media

/// Two pictures of the same size in common terms, ready to be measured against each other.
///
///     let comparison = try PictureComparison(of: decoded, with: original)
///     comparison.peakSignalToNoiseRatio     // dB, infinite when nothing differs
///     comparison.multiScaleSimilarity()     // 1 when nothing differs
///     comparison.ssimulacra2()              // 100 when nothing differs
///
/// Only colour counts; alpha is left out. Where one picture is grey and the other is not, the
/// grey one counts as R = G = B. Where one has 16 bits and the other 8, the samples of the latter
/// are multiplied by 257. Only SSIMULACRA2 asks which picture is the original.
public struct PictureComparison: Sendable {
    /// One of the two pictures.
    public enum Side: Sendable { case first, second }

    public let width: Int
    public let height: Int

    /// Colour channels in which the pictures are compared: 1 or 3.
    public let channels: Int

    /// The largest sample value: 255, or 65 535 when either picture has 16 bits.
    public let peak: Int

    let first: ScaledPicture
    let second: ScaledPicture

    /// - Throws: ``ComparisonError/sizesDiffer(first:second:)``.
    public init(of first: ImageBuffer, with second: ImageBuffer) throws(ComparisonError) {
        guard first.width == second.width, first.height == second.height else {
            throw .sizesDiffer(
                first: .init(width: first.width, height: first.height),
                second: .init(width: second.width, height: second.height))
        }
        let peak = max(first.format.bitDepth.maximumSample, second.format.bitDepth.maximumSample)
        self.width = first.width
        self.height = first.height
        self.channels = max(first.format.channels.colorCount, second.format.channels.colorCount)
        self.peak = Int(peak)
        self.first = ScaledPicture(first, peak: peak)
        self.second = ScaledPicture(second, peak: peak)
    }
}

/// Why two pictures or two sounds cannot be compared.
public enum ComparisonError: Error, Hashable, Sendable {
    /// The pictures have different numbers of columns or rows.
    case sizesDiffer(first: Size, second: Size)
    /// The sounds have different sample rates or numbers of channels.
    case formatsDiffer(first: String, second: String)
    /// The sounds have different numbers of frames.
    case lengthsDiffer(first: Int, second: Int)

    /// Columns and rows of a picture.
    public struct Size: Hashable, Sendable {
        public let width: Int
        public let height: Int

        public init(width: Int, height: Int) {
            self.width = width
            self.height = height
        }
    }
}

extension ComparisonError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .sizesDiffer(let first, let second):
            "the pictures have different sizes: \(first.width)×\(first.height) "
                + "and \(second.width)×\(second.height)"
        case .formatsDiffer(let first, let second): "the sounds have different formats: \(first) and \(second)"
        case .lengthsDiffer(let first, let second): "the sounds have different lengths: \(first) and \(second) frames"
        }
    }
}

/// A picture whose colour samples are read on the scale `0 ... peak`.
struct ScaledPicture: Sendable {
    private let image: ImageBuffer
    private let factor: Int

    init(_ image: ImageBuffer, peak: UInt16) {
        self.image = image
        self.factor = Int(peak / image.format.bitDepth.maximumSample)
    }

    /// The samples of one colour channel of one row, left to right.
    ///
    /// - Parameter channel: index of a colour; a grey picture gives the same for each.
    func row(_ y: Int, channel: Int) -> some Sequence<Int> {
        let stride = image.format.channels.count
        let offset = image.format.channels.colorCount == 1 ? 0 : channel
        let start = y * image.width * stride + offset
        return (0..<image.width).lazy.map { [samples = image.samples, factor] x in
            Int(samples[start + x * stride]) * factor
        }
    }
}
