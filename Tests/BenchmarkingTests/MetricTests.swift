import Foundation
import Media
import MediaFiles
import Testing

@testable import Benchmarking

@Suite struct MetricProgramTests {
    @Test(arguments: [
        ("", "61.25\n", 61.25), ("", "score: -3.5e1", -35), ("3-norm:", "4.5\n3-norm: 1.75\n", 1.75),
        ("\"visqol\":", "{\"visqol_speech\": 1.5, \"visqol\": 4.25}", 4.25),
    ])
    func theScoreIsTheNumberAfterItsMarker(marker: String, text: String, score: Double) {
        #expect(MetricProgram(["p"], [], after: marker, package: nil).score(in: text) == score)
    }

    @Test(arguments: [("", "nan"), ("3-norm:", "4.5"), ("", "")])
    func withoutANumberThereIsNone(marker: String, text: String) {
        #expect(MetricProgram(["p"], [], after: marker, package: nil).score(in: text) == nil)
    }

    @Test func theProgramOfTheEnvironmentComesFirst() throws {
        let fake = try FakePeers()
        try fake.script("vcodec-metrics", "true")
        try fake.script("other", "true")
        let metrics = Metric.sounds.filter { $0.name == "visqol" }
        let named = InstalledMetric.find(metrics, fake.search, hearing: "\(fake.folder)/other").found
        #expect(named.map(\.path) == ["\(fake.folder)/other"])
        #expect(InstalledMetric.find(metrics, fake.search, hearing: nil).found.map(\.path) == ["\(fake.folder)/vcodec-metrics"])
        #expect(InstalledMetric.find(metrics, ProgramSearch(path: ""), hearing: nil).missing.map(\.name) == ["visqol"])
    }
}

@Suite struct MediumTests {
    private let fake = try! FakePeers()

    private func sound(_ frames: Int, to name: String) throws -> String {
        let format = AudioFormat(sampleRate: 8000, channels: 1, sample: .integer(bits: 16))
        let samples = (0..<frames).map { Int32($0 * 37 % 4001) }
        let path = "\(fake.folder)/\(name)"
        let writer = try SoundFileWriter(.path(path), kind: .wav, format: format)
        try writer.write(AudioBuffer(format: format, samples: .integer([samples])))
        try writer.finish()
        return path
    }

    @Test func aSoundMayBeALittleLongerOrShorter() throws {
        let medium = SoundMedium()
        let (file, source) = try medium.prepare(try sound(10_000, to: "a.wav"), in: fake.folder)
        #expect(file.rateDivisor == 1250 && file.rate(bytes: 1250) == 8 && medium.values(of: source) == ["rate": "8000"])
        let longer = try medium.scores(["lsd"], ofDecoded: try sound(10_000 + SoundMedium.slack, to: "b.wav"), source: source)
        #expect(longer == ["lsd": 0])
        let shorter = try medium.scores(["si-sdr"], ofDecoded: try sound(9_000, to: "c.wav"), source: source)
        #expect((5...20).contains(shorter["si-sdr"] ?? .nan))
        for frames in [10_000 + SoundMedium.slack + 1, 10_000 - SoundMedium.slack - 1] {
            let other = try sound(frames, to: "d.wav")
            #expect(throws: BenchmarkError.notComparable(reason: "the sounds have different lengths: \(frames) and 10000 frames")) {
                try medium.scores(["lsd"], ofDecoded: other, source: source)
            }
        }
    }

    @Test func picturesBecomeEightBitColour() {
        let deep = ImageBuffer(width: 2, height: 1, format: PixelFormat(.greyAlpha, .sixteen), samples: [0x8000, 7, 0xFFFF, 9])
        let colour = deep.eightBitColour
        #expect(colour.format == PixelFormat(.rgb, .eight) && colour.samples == [128, 128, 128, 255, 255, 255])
        let rgba = ImageBuffer(width: 1, height: 1, format: PixelFormat(.rgba, .eight), samples: [1, 2, 3, 4])
        #expect(rgba.eightBitColour.samples == [1, 2, 3])
    }

    @Test func theBusiestPlaceIsShown() {
        let samples = (0..<600 * 300 * 3).map { index -> UInt16 in
            let isBusy = index / 3 % 600 >= 344 && index / 1800 >= 44
            return isBusy ? UInt16(index * 89 % 256) : 128
        }
        let image = ImageBuffer(width: 600, height: 300, format: PixelFormat(.rgb, .eight), samples: samples)
        let place = CropPlace(in: image, side: 256)
        #expect((place.x, place.y, place.width, place.height) == (344, 44, 256, 256))
        #expect(place.cut(image)[255, 255, 2] == image[599, 299, 2] && place.cut(image)[0, 0, 1] == image[344, 44, 1])
        let small = CropPlace(in: place.cut(image), side: 1000)
        #expect((small.x, small.y, small.width, small.height) == (0, 0, 256, 256))
    }
}
