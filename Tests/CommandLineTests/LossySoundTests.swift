import Foundation
import Media
import Testing

@Suite(.timeLimit(.minutes(5))) struct LossySoundTests {
    private let workspace = try! Workspace()
    private let format = AudioFormat(sampleRate: 8000, channels: 2, sample: .integer(bits: 16))

    @Test func soundIsLossyUnlessAskedOtherwise() throws {
        try workspace.write(sound(8000, format), to: "a.wav")
        let encode = try workspace.run("encode", "a.wav")
        #expect(encode.status == 0)
        #expect(encode.standardError.contains("→ a.vca   8000 Hz, 2 channels, 16-bit integers, 1.00 s   32 000 → "))
        #expect(encode.standardError.contains(#/ %, lossy, \d+\.\d kbit\/s\)/#))
        _ = try workspace.run("encode", "-q", "50", "a.wav", "b.vca")
        #expect(try workspace.bytes("a.vca") == workspace.bytes("b.vca"))
        #expect(try workspace.run("verify", "a.vca").status == 0)
        #expect(try workspace.run("decode", "a.vca", "b.wav").status == 0)
        let decoded = try workspace.sound("b.wav")
        #expect(decoded.format == format && decoded.frameCount == 8000)
    }

    @Test func higherQualitiesTakeMoreBytesAndAreCloser() throws {
        try workspace.write(sound(100_000, format), to: "a.wav")
        var results: [(bytes: Int, ratio: Double)] = []
        for quality in ["0", "30", "60", "100"] {
            #expect(try workspace.run("encode", "-q", quality, "a.wav").status == 0)
            results.append((try workspace.bytes("a.vca").count, try workspace.soundRatio("a.wav", "a.vca")))
        }
        for (lower, higher) in zip(results, results.dropFirst()) {
            #expect(lower.bytes < higher.bytes && lower.ratio < higher.ratio)
        }
    }

    /// Over the whole file, containers and all.
    @Test(arguments: [16.0, 24, 40])
    func bitRatesAreMetWithinThreePercent(rate: Double) throws {
        try workspace.write(sound(240_000, format), to: "a.wav")
        let run = try workspace.run("encode", "--bitrate", "\(rate)", "a.wav")
        #expect(run.status == 0)
        let reached = Double(try workspace.bytes("a.vca").count) * 8 / 30 / 1000
        #expect(abs(reached - rate) <= 0.03 * rate, "\(reached) kbit/s")
    }

    @Test func ratesOutOfReachAreSaid() throws {
        try workspace.write(sound(80_000, format), to: "a.wav")
        for rate in ["0.5", "2000"] {
            let run = try workspace.run("encode", "--bitrate", rate, "a.wav")
            #expect(run.status == 0 && run.standardError.contains("no quality comes nearer"), "\(rate)")
        }
        #expect(try !workspace.run("encode", "--bitrate", "24", "a.wav").standardError.contains("nearer"))
    }

    /// A silent beginning leaves its bits to what follows.
    @Test func silenceIsMadeUpFor() throws {
        let quiet = AudioBuffer(format: format, samples: .integer([[Int32]](repeating: Array(repeating: 0, count: 640_000), count: 2)))
        let loud = sound(640_000, format)
        try workspace.write(AudioBuffer(format: format, samples: AudioSamples(joining: [quiet.samples, loud.samples])), to: "a.wav")
        _ = try workspace.run("encode", "--bitrate", "12", "a.wav")
        #expect(abs(Double(try workspace.bytes("a.vca").count) * 8 / 160 / 12000 - 1) < 0.03)
    }

    @Test(arguments: ["--model", "--max-megabytes", "--max-metadata-megabytes"]) func optionsOfPicturesAreRefused(option: String) throws {
        try workspace.write(sound(100, format), to: "a.wav")
        let run = try workspace.run("encode", option, "7", "a.wav")
        #expect(run.status == 64 && run.standardError.contains("is sound; \(option) is for pictures"))
    }

    @Test func reportsTellTheCoding() throws {
        try workspace.write(sound(40_000, format), to: "a.wav")
        _ = try workspace.run("encode", "a.wav")
        #expect(try workspace.run("info", "a.vca").text.contains(#/  coding    lossy, model [0-9a-f]{16}, 2 blocks/#))
        let lossy = try workspace.run("info", "--json", "a.vca").text
        #expect(lossy.contains(#""isLossless" : false"#) && lossy.contains(#""fineness" : "#) && lossy.contains(#""model" : ""#))
        _ = try workspace.run("encode", "--lossless", "a.wav")
        let lossless = try workspace.run("info", "--json", "a.vca").text
        #expect(lossless.contains(#""isLossless" : true"#) && !lossless.contains("fineness") && !lossless.contains("model"))
    }

    static let formats: [AudioFormat] = [
        AudioFormat(sampleRate: 1, channels: 1, sample: .integer(bits: 8)),
        AudioFormat(sampleRate: 11025, channels: 3, sample: .integer(bits: 8)),
        AudioFormat(sampleRate: 48000, channels: 8, sample: .float32),
        AudioFormat(sampleRate: 192_000, channels: 1, sample: .float64),
        AudioFormat(sampleRate: 655_350, channels: 2, sample: .integer(bits: 24)),
    ]

    @Test(arguments: formats, [0, 1, 5000])
    func everyFormatKeepsItsKindAndLength(format: AudioFormat, frames: Int) throws {
        try workspace.write(sound(frames, format), to: "a.wav")
        #expect(try workspace.run("encode", "a.wav").status == 0)
        #expect(try workspace.run("decode", "a.vca", "b.wav").status == 0)
        let decoded = try workspace.sound("b.wav")
        #expect(decoded.format == format && decoded.frameCount == frames)
    }

    @Test func aStretchIsThatOfTheWhole() throws {
        try workspace.write(sound(100_000, format), to: "a.wav")
        _ = try workspace.run("encode", "a.wav")
        _ = try workspace.run("decode", "a.vca", "whole.wav")
        let whole = try workspace.sound("whole.wav")
        for (from, duration) in [(0.0, 1.0), (3.99, 0.02), (4, 0.01), (4.02, 8), (7.9, 0.2), (12.4, 5), (12.49, 1)] {
            let options = ["decode", "--from", "\(from)", "--duration", "\(duration)"]
            #expect(try workspace.run(options + ["a.vca", "b.wav"]).status == 0)
            #expect(try workspace.run(options + ["-", "c.wav"], input: "a.vca").status == 0)
            let frames = Int((from * 8000).rounded())..<Int(((from + duration) * 8000).rounded())
            let wanted = whole[frames.clamped(to: 0..<100_000)]
            #expect(try workspace.sound("b.wav") == wanted)
            #expect(try workspace.sound("c.wav") == wanted)
        }
    }

    @Test func aCutFileGivesItsCompleteBlocks() throws {
        try workspace.write(sound(80_000, format), to: "a.wav")
        _ = try workspace.run("encode", "a.wav")
        _ = try workspace.run("decode", "a.vca", "whole.wav")
        try workspace.write(Array(try workspace.bytes("a.vca").dropLast(25)), to: "cut.vca")
        let run = try workspace.run("decode", "cut.vca")
        #expect(run.status == 0)
        #expect(run.standardError.contains("warning: cut.vca: incomplete from byte "))
        let (cut, whole) = (try workspace.sound("cut.wav"), try workspace.sound("whole.wav"))
        #expect(cut.frameCount == 64_000)
        // But for the overlap with the block that is missing.
        #expect(cut[0..<64_000 - 128] == whole[0..<64_000 - 128])
        #expect(try workspace.run("verify", "cut.vca").status == 65)
    }

    @Test func pipesAndThreadsDoNotChangeTheBytes() throws {
        try workspace.write(sound(70_000, format), to: "a.wav")
        _ = try workspace.run("encode", "--threads", "1", "a.wav")
        let bytes = try workspace.bytes("a.vca")
        for threads in ["2", "5"] {
            let run = try workspace.run("encode", "--threads", threads, "-", input: "a.wav")
            #expect(Array(run.standardOutput) == bytes)
        }
    }
}

extension Workspace {
    /// SI-SDR as `vcodec compare` gives it, dB.
    func soundRatio(_ first: String, _ second: String) throws -> Double {
        let run = try run("compare", "--json", first, second)
        let report = try JSONSerialization.jsonObject(with: run.standardOutput) as? [String: Any]
        return try #require(report?["siSDR"] as? Double)
    }
}
