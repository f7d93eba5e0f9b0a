/// What SSIMULACRA2, version 2.1, is made of (Sneyers, "SSIMULACRA 2", Cloudinary, 2023; numbers as in libjxl's `tools/ssimulacra2.cc`).
package enum Ssimulacra2Constants {
    /// Of a picture that has a score.
    package static let leastSide = 8
    /// Of a picture whose sides are above 112; smaller ones have fewer.
    package static let scaleCount = 6
    /// Added to variances, so that flat places count little.
    package static let leastVariance: Float = 0.0009

    // MARK: Blur

    /// A blur of σ = 1.5: its middle number and the four to each side of it. libjxl's recursive filter comes to them, a sum of three cosines
    /// over ±5 samples whose own sum is 1 and whose variance is σ² (Charalampidis, "Recursive implementation of the Gaussian
    /// filter using truncated cosine functions", IEEE Trans. Signal Processing 64, 2016). Beyond the border is 0.
    package static let blur: [Float] = [0.2646211055, 0.212928592, 0.1093353728, 0.03601111466, 0.00941436781]

    // MARK: XYB

    /// What the eye's three cones take in of R, G and B in linear light, before `bias` is added and the cube root is taken.
    package static let cones: [SIMD3<Float>] = [
        SIMD3(0.30, 1 - 0.078 - 0.30, 0.078), SIMD3(0.23, 1 - 0.078 - 0.23, 0.078),
        SIMD3(0.24342268924547819, 0.20476744424496821, 1 - 0.24342268924547819 - 0.20476744424496821),
    ]
    package static let bias: Float = 0.0037930732552754493
    /// ∛bias
    package static let rootOfBias: Float = 0.15595420054924860

    // MARK: Weights

    /// Weights of a channel at a scale: of the means of structure, edges made and edges lost, and of their 4-norms.
    ///
    /// They go channel by channel, then scale by scale; those of a picture with fewer than six scales have no gaps between them.
    ///
    /// - Parameters:
    ///   - channel: X, Y, B.
    ///   - scale: 0 is the finest.
    ///   - count: how many scales the picture has.
    package static func weights(channel: Int, scale: Int, of count: Int) -> ArraySlice<Double> {
        let first = 6 * (channel * count + scale)
        return weights[first..<first + 6]
    }

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
