internal import IntegerKernels

/// `price · (1 − MS-SSIM)` of a tile's reconstructions, and its gradient.
///
/// MS-SSIM as `vcodec compare` measures it (Wang, Simoncelli, Bovik, "Multi-scale structural similarity for image quality
/// assessment", Asilomar 2003): five scales, or as many as the window fits into, on R, G and B, whose mean counts. Sums are made
/// in an order that threads do not change.
struct SimilarityDistortion: PerceptualDistortion {
    private let scales: [SimilarityScale]
    /// Exponents of the scales, which add up to one; then zeros.
    private let exponents: Lanes
    /// Bits that the whole of 1 − MS-SSIM is worth.
    private let price: Double
    private let engine: IntegerEngine

    private static let weights: [Float] = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]
    /// Rows of samples that one scale after another can halve without their neighbours.
    private static let band = 16
    /// Below, a scale's mean counts as this: where little is alike, no scale shall outweigh all others.
    private static let leastMean = 0.05

    /// - Parameters:
    ///   - wanted: the samples, `[height][width][192]`, in 1/64 of an 8-bit step.
    ///   - width: columns of samples that belong to the picture.
    ///   - height: rows that do.
    ///   - price: bits for each sample that belongs to it.
    init(wanted: Feature, width: Int, height: Int, price: Double, engine: IntegerEngine) {
        var scales = [(height: height, width: width)]
        while scales.count < Self.weights.count {
            let next = (height: (scales[scales.count - 1].height + 1) / 2, width: (scales[scales.count - 1].width + 1) / 2)
            guard min(next.height, next.width) >= 11 else { break }
            scales.append(next)
        }
        self.scales = scales.enumerated().map { i, size in
            SimilarityScale(height: size.height, width: size.width, isCoarsest: i == scales.count - 1)
        }
        var exponents = Lanes()
        for i in scales.indices { exponents[i] = Self.weights[i] }
        self.exponents = scales.count == Self.weights.count ? exponents : exponents / exponents.total
        self.price = price * Double(width * height)
        self.engine = engine
        load(wanted, offset: -128)
        let all = self.scales
        engine.split(all.count) { for i in $0 { all[i].adoptSource() } }
    }

    /// Bits that a reconstruction's distortion is worth.
    ///
    /// - Parameter differences: from the picture, `[height][width][192]`, in 1/64 of an 8-bit step.
    func loss(of differences: Feature) -> Double {
        compare(differences)
        return price * (1 - (0..<3).reduce(0) { $0 + Double(similarity(channel: $1).value) } / 3)
    }

    func replaceFirst(_ differences: Feature, squarePrice: Double) -> LocalPrices {
        let prices = LocalPrices(self, on: differences, squarePrice: squarePrice)
        replace(differences, squarePrice: squarePrice)
        return prices
    }

    func replace(_ differences: Feature, squarePrice: Double) {
        compare(differences)
        // A difference of d costs squarePrice·(d / 64)², whose derivative by the sample is d·squarePrice / 32.
        let unit = price / 3 * 32 / squarePrice
        let slopes = (0..<3).map { similarity(channel: $0).slopes }
        let factors = scales.indices.map { scale in slopes.map { Float(unit * Double($0[scale])) } }
        forEachBand { band in
            for (i, scale) in scales.enumerated().reversed() {
                let coarser = i + 1 < scales.count ? scales[i + 1] : nil
                scale.descend(rows: Self.rows(of: scale, i, band), factors: factors[i], coarser: coarser)
            }
            for y in Self.rows(of: scales[0], 0, band) { scales[0].store(row: y, to: differences) }
        }
    }

    /// What a small squared error in the samples of a position of level 0 costs, but for a factor.
    func price(row: Int, column: Int) -> Float {
        var (sum, share): (Float, Float) = (0, 1)
        for (i, scale) in scales.enumerated() {
            let (side, first) = (max(1, 8 >> i), (row: 8 * row >> i, column: 8 * column >> i))
            var own: Float = 0
            for y in 0..<side {
                for x in 0..<side { own += scale.price(row: first.row + y, column: first.column + x) }
            }
            sum += exponents[i] * share * own / Float(side * side)
            share *= 0.25
        }
        return sum
    }

    // MARK: Scales

    private func compare(_ differences: Feature) {
        load(differences, offset: 0)
        // Rows of places of all scales, one after the other.
        let ends = scales.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.rows) }
        engine.split(ends[scales.count]) { rows in
            for (i, scale) in scales.enumerated() {
                let (first, end) = (max(rows.lowerBound, ends[i]), min(rows.upperBound, ends[i + 1]))
                if first < end { scale.compare(rows: first - ends[i]..<end - ends[i]) }
            }
        }
    }

    private func load(_ values: Feature, offset: Float) {
        forEachBand { band in
            for (i, scale) in scales.enumerated() {
                for y in Self.rows(of: scale, i, band) {
                    if i == 0 { scale.load(row: y, from: values, offset: offset) } else { scale.load(row: y, halving: scales[i - 1]) }
                }
            }
        }
    }

    private func forEachBand(_ body: @Sendable (Int) -> Void) {
        engine.split((scales[0].height + Self.band - 1) / Self.band) { for band in $0 { body(band) } }
    }

    /// The rows of a scale, counted from the finest, that lie in a band.
    private static func rows(of scale: SimilarityScale, _ index: Int, _ band: Int) -> Range<Int> {
        let count = Self.band >> index
        return band * count..<min(scale.height, (band + 1) * count)
    }

    /// MS-SSIM of a channel, and what it loses for each scale's loss.
    private func similarity(channel: Int) -> (value: Float, slopes: Lanes) {
        var means = Lanes(repeating: 1)
        for (i, scale) in scales.enumerated() { means[i] = Float(max(1 - scale.loss(channel: channel), Self.leastMean)) }
        let value = Lanes(repeating: (means.logarithms * exponents).total).powersOfTwo[0]
        return (value, exponents * value / means)
    }
}
