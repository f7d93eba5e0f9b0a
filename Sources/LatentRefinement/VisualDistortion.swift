internal import IntegerKernels
internal import Ssimulacra2Constants

/// SSIMULACRA2's error of a tile's reconstructions with a share of squared error, as the model for it is trained, and its gradient.
///
/// The error is the weighted sum of features, of which the score is a function (Sneyers, "SSIMULACRA 2", Cloudinary, 2023). Sums are
/// made in an order that threads do not change.
struct VisualDistortion: PerceptualDistortion {
    private let wanted: Feature
    private let scales: [VisualScale]
    private let engine: IntegerEngine

    /// Of the distortion that is squared error.
    private static let squareShare: Float = 0.2
    /// Squared error on 0 … 1 that an error of 1 counts as.
    private static let squaresPerError = 1.0 / 11_000

    /// - Parameters:
    ///   - wanted: the samples, `[height][width][192]`, in 1/64 of an 8-bit step.
    ///   - width: columns of samples that belong to the picture.
    ///   - height: rows that do.
    /// - Returns: nil where a side is too small for the metric.
    init?(wanted: Feature, width: Int, height: Int, engine: IntegerEngine) {
        guard min(width, height) >= Ssimulacra2Constants.leastSide else { return nil }
        var sizes = [(height: height, width: width)]
        while sizes.count < Ssimulacra2Constants.scaleCount, let last = sizes.last,
            min(last.height, last.width) >= Ssimulacra2Constants.leastSide
        {
            sizes.append(((last.height + 1) / 2, (last.width + 1) / 2))
        }
        (self.wanted, self.engine) = (wanted, engine)
        scales = sizes.map { VisualScale(height: $0.height, width: $0.width) }
        load(differences: nil)
        for scale in scales { scale.adoptSource(engine) }
    }

    /// SSIMULACRA2's error of a reconstruction.
    func error(of differences: Feature) -> Double {
        load(differences: differences)
        var sum = 0.0
        for (i, scale) in scales.enumerated() {
            for channel in 0..<3 {
                let weights = weights(channel, i), count = Double(scale.height * scale.width)
                for (k, sums) in scale.compare(channel: channel, engine).enumerated() {
                    sum += weights[k].mean * sums.first / count
                    sum += weights[k].norm * (sums.fourth / count).squareRoot().squareRoot()
                }
            }
        }
        return sum
    }

    func replace(_ differences: Feature, squarePrice: Double) {
        load(differences: differences)
        // An error of 1 costs as much as this squared error in all samples; a difference of d has a derivative of d / 32.
        let unit = Double(1 - Self.squareShare) * Self.squaresPerError * 255 * 255 * 3
            * Double(scales[0].height * scales[0].width) * 32
        for (i, scale) in scales.enumerated().reversed() {
            for channel in 0..<3 {
                let weights = weights(channel, i)
                let slopes = scale.compare(channel: channel, engine).enumerated().map { k, sums in
                    FeatureSlope(sums: sums, count: scale.height * scale.width, weights: weights[k], unit: unit)
                }
                scale.descend(channel: channel, slopes: slopes, engine)
            }
            scale.gatherGradient(coarser: i + 1 < scales.count ? scales[i + 1] : nil, engine)
        }
        engine.split(scales[0].height) { rows in
            for y in rows { scales[0].store(row: y, wanted: wanted, to: differences, share: Self.squareShare) }
        }
    }

    func replaceFirst(_ differences: Feature, squarePrice: Double) -> LocalPrices {
        let before = differences.copy()
        replace(differences, squarePrice: squarePrice)
        return LocalPrices(of: before, replacedBy: differences)
    }

    private func load(differences: Feature?) {
        for (i, scale) in scales.enumerated() {
            engine.split(scale.height) { rows in
                for y in rows {
                    if i == 0 { scale.load(row: y, wanted: wanted, differences: differences) } else { scale.load(row: y, halving: scales[i - 1]) }
                }
            }
        }
    }

    /// Of structure, edges made and edges lost.
    private func weights(_ channel: Int, _ scale: Int) -> [(mean: Double, norm: Double)] {
        let weights = Array(Ssimulacra2Constants.weights(channel: channel, scale: scale, of: scales.count))
        return (0..<3).map { (weights[$0], weights[$0 + 3]) }
    }
}

extension Feature {
    fileprivate func copy() -> Feature {
        let copy = Feature(height: height, width: width, channels: channels)
        for y in 0..<height { unsafe _ = copy.row(y).update(fromContentsOf: row(y)) }
        return copy
    }
}
