#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

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
        guard min(width, height) >= Ssimulacra2.leastSide else { return nil }
        let (first, second) = (LinearPicture(self, .first), LinearPicture(self, .second))
        return (original == .first ? Ssimulacra2(original: first, copy: second) : Ssimulacra2(original: second, copy: first)).score
    }
}

/// What SSIMULACRA2 sees of two pictures of the same size.
struct Ssimulacra2 {
    static let leastSide = 8
    private static let scaleCount = 6

    /// Finest first; fewer than six for small pictures.
    private let scales: [[ScaleFeatures]]

    init(original: LinearPicture, copy: LinearPicture) {
        var (original, copy) = (original, copy)
        var scales: [[ScaleFeatures]] = []
        // Whether it is large enough is asked of a picture before it is halved: the coarsest may be smaller than that.
        while scales.count < Self.scaleCount, min(original.width, original.height) >= Self.leastSide {
            if !scales.isEmpty { (original, copy) = (original.halved(), copy.halved()) }
            scales.append(ScaleFeatures.ofChannels(original: OpsinPicture(original), copy: OpsinPicture(copy)))
        }
        self.scales = scales
    }

    /// Weights go channel by channel, then scale by scale, with none left out between those of a small picture's scales.
    var score: Double {
        var error = 0.0
        var weight = Self.weights.makeIterator()
        for channel in 0..<3 {
            for scale in scales {
                for feature in scale[channel].inOrder { error += feature * (weight.next() ?? 0) }
            }
        }
        return Self.score(ofError: error)
    }

    /// The fit to opinions: 100 − 10·p^0.63, p being nearly proportional to the error.
    private static func score(ofError error: Double) -> Double {
        let x = error * 0.9562382616834844
        let p = ((6.248496625763138e-05 * x - 0.020884521182843837) * x + 2.326765642916932) * x
        return p > 0 ? 100 - 10 * pow(p, 0.6276336467831387) : 100
    }

    /// `[channel X, Y, B][scale][mean, 4-norm][structure, edges made, edges lost]`.
    private static let weights: [Double] = [
        0, 0.0007376606707406586, 0, 0, 0.0007793481682867309, 0,
        0, 0.0004371155730107379, 0, 1.1041726426657346, 0.00066284834129271, 0.00015231632783718752,
        0, 0.0016406437456599754, 0, 1.8422455520539298, 11.441172603757666, 0,
        0.0007989109436015163, 0.000176816438078653, 0, 1.8787594979546387, 10.94906990605142, 0,
        0.0007289346991508072, 0.9677937080626833, 0, 0.00014003424285435884, 0.9981766977854967, 0.00031949755934435053,
        0.0004550992113792063, 0, 0, 0.0013648766163243398, 0, 0,

        0, 0, 0, 7.466890328078848, 0, 17.445833984131262,
        0.0006235601634041466, 0, 0, 6.683678146179332, 0.00037724407979611296, 1.027889937768264,
        225.20515300849274, 0, 0, 19.213238186143016, 0.0011401524586618361, 0.001237755635509985,
        176.39317598450694, 0, 0, 24.43300999870476, 0.28520802612117757, 0.0004485436923833408,
        0, 0, 0, 34.77906344483772, 44.835625328877896, 0,
        0, 0, 0, 0, 0, 0,

        0, 0.0008680556573291698, 0, 0, 0, 0,
        0, 0.0005313191874358747, 0, 0.00016533814161379112, 0, 0,
        0, 0, 0, 0.0004179171803251336, 0.0017290828234722833, 0,
        0.0020827005846636437, 0, 0, 8.826982764996862, 23.19243343998926, 0,
        95.1080498811086, 0.9863978034400682, 0.9834382792465353, 0.0012286405048278493, 171.2667255897307, 0.9807858872435379,
        0, 0, 0, 0.0005130064588990679, 0, 0.00010854057858411537,
    ]
}
