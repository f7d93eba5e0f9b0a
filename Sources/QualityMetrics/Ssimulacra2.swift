#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
internal import Ssimulacra2Constants

extension PictureComparison {
    /// SSIMULACRA2 of one picture as a copy of the other: 100 when nothing differs, 90 visually lossless, 70 high
    /// quality, 50 medium, 30 low, below 0 very bad.
    ///
    /// Sneyers, "SSIMULACRA 2", version 2.1 (Cloudinary, 2023; constants and borders as in libjxl's `tools/ssimulacra2.cc`): structure,
    /// edges that were made and edges that were lost, in the channels of XYB at six scales, each by its mean and its 4-norm, in a sum
    /// whose weights were fitted to people's opinions. Samples are taken for sRGB. Not symmetric: what one picture has more of is
    /// an artefact, what it has less of is a loss.
    ///
    /// - Parameter original: which of the two is not the copy.
    /// - Returns: nil where a side is below 8, for which there is no score.
    /// - Complexity: about 30 million multiplications of four numbers for 768 × 512; 32 bytes a pixel.
    public func ssimulacra2(original: Side = .second) -> Double? {
        guard min(width, height) >= Ssimulacra2Constants.leastSide else { return nil }
        let (first, second) = (LinearPicture(self, .first), LinearPicture(self, .second))
        return (original == .first ? Ssimulacra2(original: first, copy: second) : Ssimulacra2(original: second, copy: first)).score
    }
}

/// What SSIMULACRA2 sees of two pictures of the same size.
struct Ssimulacra2 {
    /// Finest first; fewer than six for small pictures.
    private let scales: [[ScaleFeatures]]

    init(original: LinearPicture, copy: LinearPicture) {
        var (original, copy) = (original, copy)
        var scales: [[ScaleFeatures]] = []
        // Whether it is large enough is asked of a picture before it is halved: the coarsest may be smaller than that.
        while scales.count < Ssimulacra2Constants.scaleCount, min(original.width, original.height) >= Ssimulacra2Constants.leastSide {
            if !scales.isEmpty { (original, copy) = (original.halved(), copy.halved()) }
            scales.append(ScaleFeatures.ofChannels(original: OpsinPicture(original), copy: OpsinPicture(copy)))
        }
        self.scales = scales
    }

    var score: Double { Self.score(ofError: error) }

    /// The weighted sum of all features.
    var error: Double {
        var sum = 0.0
        for channel in 0..<3 {
            for (i, scale) in scales.enumerated() {
                let weights = Ssimulacra2Constants.weights(channel: channel, scale: i, of: scales.count)
                sum += zip(scale[channel].inOrder, weights).reduce(0) { $0 + $1.0 * $1.1 }
            }
        }
        return sum
    }

    /// The fit to opinions: 100 − 10·p^0.63, p being nearly proportional to the error.
    private static func score(ofError error: Double) -> Double {
        let x = error * 0.9562382616834844
        let p = ((6.248496625763138e-05 * x - 0.020884521182843837) * x + 2.326765642916932) * x
        return p > 0 ? 100 - 10 * pow(p, 0.6276336467831387) : 100
    }
}
