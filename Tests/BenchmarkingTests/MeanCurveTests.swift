import Testing

@testable import Benchmarking

@Suite struct MeanCurveTests {
    private let metrics = Metric.pictures.filter { ["psnr", "ms-ssim"].contains($0.name) }

    private func run(
        _ file: String, _ codec: String, _ setting: String, rate: Double = 1, _ values: [String: Double] = ["psnr": 30, "ms-ssim": 0.9],
        error: String? = nil
    ) -> Run {
        var run = Run(file: file, codec: codec, setting: setting, key: "\(file) \(codec) \(setting)")
        run.error = error
        if error == nil { (run.bytes, run.rate, run.metrics) = (1, rate, values) }
        return run
    }

    @Test func meansAreOfRatesAndOfValuesBeforeTheyAreScaled() {
        let runs = [
            run("a", "x", "1", rate: 1, ["psnr": 30, "ms-ssim": 0.9]), run("b", "x", "1", rate: 2, ["psnr": 34, "ms-ssim": 0.98]),
        ]
        let curve = MeanCurve(codec: "x", settings: ["1", "2"], runs: runs, metrics: metrics)
        #expect(curve.points.count == 1 && curve.points[0].rate == 1.5 && curve.points[0].quality["psnr"] == 32)
        // −10·log₁₀(1 − 0.94)
        #expect(abs((curve.points[0].quality["ms-ssim"] ?? 0) - 12.218487496163564) < 1e-9)
    }

    @Test func aMetricThatAFileLacksHasNoMean() {
        let runs = [run("a", "x", "1", ["ms-ssim": 0.9]), run("b", "x", "1")]
        let curve = MeanCurve(codec: "x", settings: ["1"], runs: runs, metrics: metrics)
        #expect(Set(curve.points[0].quality.keys) == ["ms-ssim"])
    }

    @Test func identicalPicturesHaveNoPlaceOnTheCurve() {
        let curve = MeanCurve(codec: "x", settings: ["1"], runs: [run("a", "x", "1", ["psnr": 60, "ms-ssim": 1])], metrics: metrics)
        #expect(Set(curve.points[0].quality.keys) == ["psnr"])
    }

    @Test func filesOnWhichARunFailedAreNotCommon() {
        let runs = [run("a", "x", "1"), run("b", "x", "1", error: "no"), run("a", "y", "1"), run("b", "y", "1")]
        #expect(CommonFiles.of(runs) == ["a"])
    }

    @Test func aSettingThatFailsEverywhereSpoilsNoFile() {
        let runs = [run("a", "x", "1", error: "no"), run("b", "x", "1", error: "no"), run("a", "x", "2"), run("b", "x", "2")]
        #expect(CommonFiles.of(runs) == ["a", "b"])
    }
}

@Suite struct PublishedCurveTests {
    private func parse(_ text: String) throws(BenchmarkError) -> MeanCurve {
        try PublishedCurve.parse(text, "x.csv", named: "x", metrics: Metric.pictures)
    }

    @Test func columnsAreFoundByTheirNames() throws {
        let curve = try parse("# made by hand\n name , PSNR, bpp,ms-ssim\r\np1,30.5,0.25,0.9\n\np2, 33,0.5 ,0.99\n")
        #expect(curve.isPublished && curve.points.map(\.rate) == [0.25, 0.5])
        #expect(curve.points.map { $0.quality["psnr"] } == [30.5, 33])
        #expect(curve.points.map { ($0.quality["ms-ssim"] ?? 0).rounded() } == [10, 20])
    }

    @Test func aLineThatIsNoPointIsNamed() {
        #expect(throws: BenchmarkError.file("x.csv", reason: "line 3 is no point: '0.5'")) { _ = try parse("bpp,psnr\n0.2,30\n0.5") }
        #expect(throws: BenchmarkError.file("x.csv", reason: "line 2 is no point: '0,30'")) { _ = try parse("bpp,psnr\n0,30") }
    }

    @Test(arguments: ["", "\n", "psnr,ms-ssim\n1,2"])
    func aFileWithoutRatesIsRefused(text: String) {
        #expect(throws: BenchmarkError.self) { _ = try parse(text) }
    }
}

@Suite struct AxisTests {
    @Test func ticksAreRoundAndInside() {
        let axis = Axis([24.3, 41.9], from: 400, to: 0, isLogarithmic: false)
        #expect(axis.ticks.map(\.label) == ["25", "30", "35", "40"])
        #expect(axis.ticks.allSatisfy { 0...400 ~= axis.position($0.value) })
        #expect(axis.position(41.9) < axis.position(24.3))
    }

    @Test func ratiosAreEvenOnALogarithmicAxis() {
        let axis = Axis([0.07, 3], from: 0, to: 100, isLogarithmic: true)
        #expect(axis.ticks.map(\.label) == ["0.1", "0.2", "0.5", "1", "2"])
        #expect(abs(axis.position(1) - axis.position(0.1) - (axis.position(0.5) - axis.position(0.05))) < 1e-9)
    }

    @Test(arguments: [[5.0], [], [0.00001, 0.00002], [-3, -2.99]])
    func fewOrCloseValuesHaveAnAxis(values: [Double]) {
        let axis = Axis(values, from: 0, to: 100, isLogarithmic: false)
        #expect(axis.ticks.count <= 13 && values.allSatisfy { 0...100 ~= axis.position($0) })
    }
}
