#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How good a codec is at which rate: points from the smallest to the largest files, both coordinates strictly rising.
package struct RateCurve: Hashable, Sendable {
    package struct Point: Codable, Hashable, Sendable {
        /// Bits per pixel, or thousand bits per second; above 0.
        package let rate: Double
        /// More is better.
        package let quality: Double

        package init(rate: Double, quality: Double) {
            self.rate = rate
            self.quality = quality
        }
    }

    package let points: [Point]

    /// Leaves out points that cost as much as another, or more, and are no better, and those without a finite place.
    package init(_ points: some Sequence<Point>) {
        var kept: [Point] = []
        let usable = points.filter { $0.rate > 0 && $0.rate.isFinite && $0.quality.isFinite }
        for point in usable.sorted(by: { ($0.quality, -$0.rate) > ($1.quality, -$1.rate) }) {
            if let last = kept.last, point.rate >= last.rate || point.quality >= last.quality { continue }
            kept.append(point)
        }
        self.points = kept.reversed()
    }

    /// log(rate) over quality.
    fileprivate var logRate: MonotoneCubic {
        MonotoneCubic(x: points.map(\.quality), y: points.map { log($0.rate) })
    }

    /// Quality at a rate, held to the curve's ends.
    fileprivate func quality(at rate: Double) -> Double {
        let curve = MonotoneCubic(x: points.map { log($0.rate) }, y: points.map(\.quality))
        return curve.value(at: log(min(max(rate, points[0].rate), points[points.count - 1].rate)))
    }
}

/// The mean difference of rate at equal quality, in percent; negative where the tested codec needs less.
///
/// Bjøntegaard, "Calculation of average PSNR differences between RD-curves", VCEG-M33, 2001, with a piecewise cubic of
/// log(rate) over quality, over the qualities that both curves reach and that the anchor has at `rates`.
package struct BDRate: Codable, Hashable, Sendable {
    package let percent: Double
    /// The qualities compared.
    package let lowestQuality: Double
    package let highestQuality: Double

    /// - Parameter rates: of the anchor.
    /// - Returns: nil where the curves have no quality in common, or fewer than two points.
    package init?(of tested: RateCurve, against anchor: RateCurve, rates: ClosedRange<Double>) {
        guard tested.points.count >= 2, anchor.points.count >= 2 else { return nil }
        let ends = [tested, anchor].map { ($0.points[0].quality, $0.points[$0.points.count - 1].quality) }
        let low = max(ends[0].0, ends[1].0, anchor.quality(at: rates.lowerBound))
        let high = min(ends[0].1, ends[1].1, anchor.quality(at: rates.upperBound))
        guard low < high else { return nil }
        let area = tested.logRate.integral(from: low, to: high) - anchor.logRate.integral(from: low, to: high)
        percent = expm1(area / (high - low)) * 100
        lowestQuality = low
        highestQuality = high
    }
}
