import Testing
import TestSupport

@testable import Benchmarking

/// The numbers are those of Tools/bench/bdrate.py and of SciPy's PchipInterpolator, computed once.
@Suite struct MonotoneCubicTests {
    private let curve = MonotoneCubic(x: [0, 1, 2.5, 3, 5], y: [1, 4, 4.5, 2, 2.5])

    @Test(arguments: [
        (0, 1.0), (0.25, 2.0109154929577464), (0.9, 3.901261971830986), (1.7, 4.351234220135629), (2.5, 4.5),
        (2.8, 2.8800000000000012), (3.9, 2.0455625), (5, 2.5),
    ])
    func valuesAreThoseOfSciPy(position: Double, value: Double) {
        #expect(abs(curve.value(at: position) - value) < 1e-12)
    }

    @Test(arguments: [(0.3, 4.4, 13.282470790297339), (0, 5, 15.15491001564945), (1.2, 1.9, 2.998747782994262)])
    func integralsAreThoseOfSciPy(low: Double, high: Double, value: Double) {
        #expect(abs(curve.integral(from: low, to: high) - value) < 1e-12)
        #expect(abs(curve.integral(from: high, to: low) + value) < 1e-12)
    }

    @Test func twoPointsAreALine() {
        #expect(MonotoneCubic(x: [0, 2], y: [1, 5]).value(at: 0.5) == 2)
    }

    @Test func slopesAtTheEndsKeepTheShape() {
        let curve = MonotoneCubic(x: [0, 1, 2], y: [0, 1, 10])
        #expect(abs(curve.value(at: 0.5) - 0.275) < 1e-12 && abs(curve.value(at: 1.5) - 4.1) < 1e-12)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func risingPointsGiveARisingCurve(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let x = (0..<8).map { _ in Double.random(in: 0...100, using: &random) }.sorted()
        let y = (0..<8).map { _ in Double.random(in: 0...10, using: &random) }.sorted()
        let curve = MonotoneCubic(x: x, y: y)
        let values = (0...200).map { curve.value(at: x[0] + (x[7] - x[0]) * Double($0) / 200) }
        #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 + 1e-9 })
    }
}

@Suite struct RateCurveTests {
    @Test func pointsThatCostMoreForLessAreLeftOut() {
        let curve = Self.curve([(1, 30), (2, 35), (1.5, 29), (2.5, 35), (3, 34), (4, 40)])
        #expect(curve == Self.curve([(1, 30), (2, 35), (4, 40)]) && curve.points.map(\.rate) == [1, 2, 4])
    }

    @Test func pointsWithoutAPlaceAreLeftOut() {
        #expect(Self.curve([(0, 30), (-1, 20), (.nan, 25), (1, .infinity), (2, .nan), (3, 31)]).points.map(\.rate) == [3])
    }

    static func curve(_ points: [(Double, Double)]) -> RateCurve { RateCurve(points.map { .init(rate: $0.0, quality: $0.1) }) }
}

@Suite struct BDRateTests {
    private static let jpeg = RateCurveTests.curve([
        (0.142159, 23.8234), (0.257835, 26.6643), (0.450455, 29.1445), (0.682947, 31.013), (0.869191, 32.1738), (1.09781, 33.3596),
        (1.54904, 35.37), (2.31538, 38.034),
    ])
    private static let webp = RateCurveTests.curve([
        (0.154521, 26.9808), (0.274416, 28.9319), (0.427017, 30.7189), (0.627999, 32.6566), (0.820577, 34.104), (1.15431, 36.1841),
        (1.92966, 39.4463),
    ])
    private static let images = MediumKind.image.ratesCompared

    @Test func publishedCurvesGiveTheScriptsNumber() throws {
        let rate = try #require(BDRate(of: Self.webp, against: Self.jpeg, rates: Self.images))
        #expect(abs(rate.percent - -35.60303641296919) < 1e-9)
        #expect(rate.lowestQuality == 26.9808 && abs(rate.highestQuality - 35.171486047561835) < 1e-9)
    }

    @Test func handMadeCurvesGiveTheScriptsNumbers() throws {
        let a = RateCurveTests.curve([(0.05, 24), (0.15, 27.5), (0.4, 31), (0.9, 34.2), (2, 38.9)])
        let b = RateCurveTests.curve([(0.06, 25), (0.2, 29.1), (0.35, 31.4), (0.36, 31.2), (1.1, 36), (2.5, 40)])
        let (there, back) = (BDRate(of: b, against: a, rates: Self.images), BDRate(of: a, against: b, rates: Self.images))
        #expect(abs(try #require(there).percent - -17.697784792801478) < 1e-9)
        #expect(abs(try #require(back).percent - 21.289656909277422) < 1e-9)
        #expect(abs(try #require(there).lowestQuality - 26.159463512224466) < 1e-9)
    }

    @Test(arguments: [0.5, 0.9, 1, 1.25, 3])
    func aCurveOfSoManyTimesTheRateIsSoMuchLarger(factor: Double) throws {
        let scaled = RateCurve(Self.jpeg.points.map { .init(rate: $0.rate * factor, quality: $0.quality) })
        let rate = try #require(BDRate(of: scaled, against: Self.jpeg, rates: Self.images))
        #expect(abs(rate.percent - (factor - 1) * 100) < 1e-9)
    }

    @Test func curvesWithoutACommonQualityHaveNone() {
        let better = RateCurve(Self.jpeg.points.map { .init(rate: $0.rate, quality: $0.quality + 50) })
        #expect(BDRate(of: better, against: Self.jpeg, rates: Self.images) == nil)
        #expect(BDRate(of: RateCurve(better.points.prefix(1)), against: better, rates: Self.images) == nil)
        #expect(BDRate(of: better, against: RateCurve([]), rates: Self.images) == nil)
        // All of the anchor is above the rates compared.
        let large = RateCurve(Self.jpeg.points.map { .init(rate: $0.rate * 1000, quality: $0.quality) })
        #expect(BDRate(of: Self.webp, against: large, rates: Self.images) == nil)
    }
}
