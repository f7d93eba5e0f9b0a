import Foundation
import Media
import MediaFiles
import Testing

@Suite(.timeLimit(.minutes(5))) struct SoundTests {
    private let workspace = try! Workspace()

    @Test func theOutputIsNamedAfterTheInput() throws {
        try workspace.write(sound(500), to: "a.wav")
        let encode = try workspace.run("encode", "--lossless", "a.wav")
        #expect(encode.status == 0)
        #expect(encode.standardError.hasPrefix("a.wav → a.vca   44100 Hz, 2 channels, 16-bit integers, 0.01 s   2 000 → "))
        let decode = try workspace.run("decode", "a.vca", "b.wav")
        #expect(decode.status == 0)
        #expect(decode.standardError.hasPrefix("a.vca → b.wav   44100 Hz, 2 channels, 16-bit integers, 0.01 s"))
        #expect(try workspace.bytes("b.wav") == workspace.bytes("a.wav"))
        try FileManager.default.removeItem(at: workspace.url("a.wav"))
        _ = try workspace.run("decode", "a.vca")
        #expect(try workspace.names == ["a.vca", "a.wav", "b.wav"])
    }

    static let formats: [AudioFormat] = [
        AudioFormat(sampleRate: 8000, channels: 1, sample: .integer(bits: 8)),
        AudioFormat(sampleRate: 96000, channels: 6, sample: .integer(bits: 24)),
        AudioFormat(sampleRate: 48000, channels: 2, sample: .integer(bits: 32)),
        AudioFormat(sampleRate: 48000, channels: 3, sample: .float32),
        AudioFormat(sampleRate: 192_000, channels: 1, sample: .float64),
    ]

    @Test(arguments: formats, ["wav", "w64", "aiff", "caf"])
    func everyKindOfSampleComesBack(format: AudioFormat, kind: String) throws {
        let original = sound(700, format)
        try workspace.write(original, to: "a.\(kind)")
        #expect(try workspace.run("encode", "--lossless", "a.\(kind)").status == 0)
        #expect(try workspace.run("decode", "a.vca", "b.wav").status == 0)
        #expect(try workspace.sound("b.wav") == original)
        let comparison = try workspace.run("compare", "--json", "a.vca", "a.\(kind)")
        #expect(comparison.text.contains("\"identical\" : true"))
    }

    @Test func tagsComeBack() throws {
        var metadata = AudioMetadata()
        metadata.tags = [AudioTag("TITLE", "Étude"), AudioTag("ARTIST", "Anon")]
        try workspace.write(sound(100), metadata, to: "a.flac")
        #expect(try workspace.run("encode", "--lossless", "a.flac").status == 0)
        #expect(try workspace.run("info", "a.vca").text.contains("title     Étude"))
        #expect(try workspace.run("decode", "a.vca", "b.flac").status == 0)
        let reader = try SoundFileReader(.path(workspace.url("b.flac").path))
        #expect(reader.metadata.tags.filter { $0.key != "ENCODER" } == metadata.tags)
    }

    @Test func bothCommandsReadAndWritePipes() throws {
        try workspace.write(sound(3000), to: "a.wav")
        let encode = try workspace.run("encode", "--lossless", "-", input: "a.wav")
        #expect(encode.status == 0)
        #expect(encode.standardError.hasPrefix("standard input → standard output   44100 Hz"))
        try workspace.write(Array(encode.standardOutput), to: "a.vca")
        _ = try workspace.run("encode", "--lossless", "a.wav", "b.vca")
        #expect(try workspace.bytes("a.vca") == workspace.bytes("b.vca"))
        let decode = try workspace.run("decode", "-", input: "a.vca")
        try workspace.write(Array(decode.standardOutput), to: "b.wav")
        #expect(try workspace.sound("b.wav") == sound(3000))
    }

    @Test func samplesWithoutAHeaderNeedToBeDescribed() throws {
        let bytes = (0..<600).map { UInt8(truncatingIfNeeded: $0 * 7) }
        try workspace.write(bytes, to: "a.pcm")
        #expect(try workspace.run("encode", "--lossless", "a.pcm").status == 65)
        #expect(try workspace.run("encode", "--lossless", "--raw", "48000:2:s24be", "a.pcm").status == 0)
        let info = try workspace.run("info", "a.vca")
        #expect(info.text.contains("48000 Hz, 2 channels, 24-bit integers"))
        #expect(try workspace.run("decode", "--format", "raw", "a.vca", "b").status == 0)
        // Written with the low byte first.
        let swapped = stride(from: 0, to: 600, by: 3).flatMap { bytes[$0..<$0 + 3].reversed() }
        #expect(try workspace.bytes("b") == swapped)
        for wrong in ["48000:2", "48000:2:s1z6le", "48000:2:le", "0:2:s16le", "48000:9:s16le", "48000:2:s12le", "48000:2:f16le", "x:2:s16le"] {
            #expect(try workspace.run("encode", "--lossless", "--raw", wrong, "a.pcm").status == 64, "\(wrong)")
        }
    }

    @Test func aStretchIsThatOfTheWhole() throws {
        let format = AudioFormat(sampleRate: 1000, channels: 2, sample: .integer(bits: 16))
        let original = sound(30_000, format)
        try workspace.write(original, to: "a.wav")
        _ = try workspace.run("encode", "--lossless", "a.wav")
        for (from, duration) in [(0.0, 1.0), (3.9, 0.25), (4, 8), (12.345, 9.004), (29.9, 5), (29.999, 1)] {
            let run = try workspace.run("decode", "--from", "\(from)", "--duration", "\(duration)", "a.vca", "b.wav")
            #expect(run.status == 0)
            let piped = try workspace.run(
                "decode", "--from", "\(from)", "--duration", "\(duration)", "-", "c.wav", input: "a.vca")
            #expect(piped.status == 0)
            let frames = Int((from * 1000).rounded())..<Int(((from + duration) * 1000).rounded())
            let wanted = original[frames.clamped(to: 0..<30_000)]
            #expect(try workspace.sound("b.wav") == wanted)
            #expect(try workspace.sound("c.wav") == wanted)
        }
    }

    @Test func aStretchBeyondTheEndIsRefused() throws {
        let format = AudioFormat(sampleRate: 1000, channels: 1, sample: .integer(bits: 16))
        try workspace.write(sound(30_000, format), to: "a.wav")
        for options in [["--lossless"], []] {
            _ = try workspace.run(["encode"] + options + ["a.wav"])
            for (from, words) in [("30", "30.00"), ("40.5", "40.50"), ("1e9", "1000000000.00")] {
                for run in [
                    try workspace.run("decode", "--from", from, "a.vca", "b.wav"),
                    try workspace.run("decode", "--from", from, "--duration", "1", "-", "b.wav", input: "a.vca"),
                ] {
                    #expect(run.status == 64 && run.standardError.hasSuffix(" is 30.00 s long; there is nothing from \(words) s on (--from)\n"), "\(run.standardError)")
                }
            }
        }
        #expect(try workspace.names == ["a.vca", "a.wav"])
    }

    @Test func aCutFileGivesWhatCameBefore() throws {
        let format = AudioFormat(sampleRate: 1000, channels: 1, sample: .integer(bits: 16))
        try workspace.write(sound(10_000, format), to: "a.wav")
        _ = try workspace.run("encode", "--lossless", "a.wav")
        let bytes = try workspace.bytes("a.vca")
        try workspace.write(Array(bytes.dropLast(40)), to: "cut.vca")
        let run = try workspace.run("decode", "cut.vca")
        #expect(run.status == 0)
        #expect(run.standardError.contains("warning: cut.vca: incomplete from byte "))
        #expect(try workspace.sound("cut.wav") == sound(10_000, format)[0..<8000])
        #expect(try workspace.run("info", "cut.vca").standardError.contains("incomplete"))
        #expect(try workspace.run("verify", "cut.vca").status == 65)
        #expect(try workspace.run("verify", "a.vca").status == 0)
    }

    @Test func aDamagedFileLeavesNothingBehind() throws {
        try workspace.write(sound(2000), to: "a.wav")
        _ = try workspace.run("encode", "--lossless", "a.wav")
        var bytes = try workspace.bytes("a.vca")
        bytes[bytes.count / 2] ^= 4
        try workspace.write(bytes, to: "a.vca")
        let run = try workspace.run("decode", "a.vca", "b.wav")
        #expect(run.status == 65)
        #expect(run.standardError.contains("the file is damaged: the checksum of chunk B at byte "))
        #expect(try workspace.names == ["a.vca", "a.wav"])
    }

    @Test func whatAKindOfFileHasNoPlaceForIsNamed() throws {
        var metadata = AudioMetadata()
        metadata.chunks = [AudioChunk(id: "cue ", bytes: [1, 2])]
        metadata.speakers = 3
        try workspace.write(sound(100), metadata, to: "a.wav")
        _ = try workspace.run("encode", "--lossless", "a.wav")
        let toFLAC = try workspace.run("decode", "a.vca", "b.flac")
        #expect(toFLAC.standardError.contains("warning: b.flac: FLAC has no place for the chunk 'cue '"))
        #expect(toFLAC.standardError.contains("warning: b.flac: FLAC has no place for speakers"))
        #expect(!(try workspace.run("decode", "a.vca", "b.wav").standardError.contains("warning")))
    }

    @Test func metadataTooLargeForAFileIsLeftOutWithAWarning() throws {
        var metadata = AudioMetadata()
        metadata.chunks = [AudioChunk(id: "big ", bytes: [UInt8](repeating: 7, count: 40 << 20)), AudioChunk(id: "cue ", bytes: [1, 2])]
        try workspace.write(sound(100), metadata, to: "a.wav")
        let run = try workspace.run("encode", "--lossless", "a.wav")
        #expect(run.status == 0)
        #expect(run.standardError.contains("warning: a.wav: metadata of 41943044 bytes are too large and left out"))
        #expect(try workspace.run("decode", "a.vca", "b.wav").status == 0)
        #expect(try workspace.sound("b.wav") == sound(100))
        #expect(try workspace.run("info", "a.vca").text.contains("chunks    cue "))
    }

    @Test func scoresOfHearingComeFromAnotherProgram() throws {
        let (first, second) = (sound(300), sound(300).halved)
        try workspace.write(first, to: "a.wav")
        try workspace.write(second, to: "b.flac")
        #expect(try workspace.run("encode", "--lossless", "a.wav").status == 0)
        try workspace.writeProgram(
            """
            echo "$#" "$1" > arguments
            shift $(($# - 2)); cat "$1" > original.wav; cat "$2" > other.wav
            echo '{"visqol": 4.25, "visqol_speech": 3.5, "zimtohrli": 2.125}'
            """, to: "scores")
        let environment = ["VCODEC_METRICS": "./scores"]
        let run = try workspace.run(["compare", "--perceptual", "--speech", "a.vca", "b.flac"], environment: environment)
        #expect(run.status == 0)
        #expect(run.text.hasSuffix("\nViSQOL    4.250\n  speech  3.500\nZimtohrli 2.125\n"))
        #expect(run.text.hasPrefix("SI-SDR"))
        #expect(try workspace.bytes("arguments") == Array("3 --speech\n".utf8))
        // The second is what the first is measured against.
        #expect(try workspace.sound("original.wav") == second)
        #expect(try workspace.sound("other.wav") == first)
        let json = try workspace.run(["compare", "--json", "--perceptual", "a.wav", "b.flac"], environment: environment)
        #expect(json.text.contains("\"visqol\" : 4.25") && json.text.contains("\"zimtohrli\" : 2.125"))
        #expect(try workspace.bytes("arguments").starts(with: Array("2 /dev/fd/".utf8)))
        #expect(try !workspace.run("compare", "--json", "a.wav", "b.flac").text.contains("visqol"))
    }

    @Test(arguments: [
        ("exit 3", "failed with exit status 3"), ("echo '{\"visqol\": 4}'", "is not the JSON"), ("kill -9 $$", "exit status 137"),
    ])
    func aProgramForScoresThatFailsIsNamed(script: String, reason: String) throws {
        try workspace.write(sound(100), to: "a.wav")
        try workspace.writeProgram(script, to: "scores")
        let run = try workspace.run(["compare", "--perceptual", "a.wav", "a.wav"], environment: ["VCODEC_METRICS": "./scores"])
        #expect(run.status == 69 && run.standardOutput.isEmpty)
        #expect(run.standardError.contains("./scores: ") && run.standardError.contains(reason))
    }

    @Test func aMissingProgramForScoresIsNamed() throws {
        try workspace.write(sound(100), to: "a.wav")
        for environment in [["VCODEC_METRICS": "./nowhere"], ["PATH": workspace.folder.path]] {
            let run = try workspace.run(["compare", "--perceptual", "a.wav", "a.wav"], environment: environment)
            #expect(run.status == 69 && run.standardOutput.isEmpty)
            #expect(run.standardError.contains(environment["VCODEC_METRICS"] ?? "vcodec-metrics"))
            #expect(run.standardError.contains("no such file or directory; VCODEC_METRICS names the program"))
        }
    }

    @Test func whatCannotBeMeantIsRefused() throws {
        try workspace.write(sound(100), to: "a.wav")
        try workspace.write(picture(8, 8), to: "a.png")
        _ = try workspace.run("encode", "a.wav")
        _ = try workspace.run("encode", "a.png")
        for option in ["--bytes", "--bpp", "--psnr", "--max-error"] {
            let run = try workspace.run("encode", option, "30", "a.wav")
            #expect(run.status == 64)
            #expect(run.standardError.contains("a.wav: is sound; \(option) is for pictures"))
        }
        let picture = try workspace.run("encode", "--bitrate", "30", "a.png")
        #expect(picture.status == 64)
        #expect(picture.standardError.contains("a.png: is a picture; --bitrate is for sound"))
        for wrong in [["-q", "101"], ["--bitrate", "0"], ["--bitrate", "inf"], ["--bitrate", "30", "-q", "30"], ["--lossless", "-q", "30"]] {
            #expect(try workspace.run(["encode"] + wrong + ["a.wav"]).status == 64, "\(wrong)")
        }
        #expect(try workspace.run("encode", "a.wav", "b.wav").status == 64)
        #expect(try workspace.run("encode", "a.vca").standardError.contains("is encoded already"))
        #expect(try workspace.run("encode", "a.wav", "b.vci").status == 64)
        #expect(try workspace.run("encode", "a.png", "b.vca").status == 64)
        #expect(try workspace.run("decode", "--levels", "2", "a.vca").status == 64)
        for name in ["b.mp3", "b.xyz", "b"] {
            let run = try workspace.run("decode", "a.vca", name)
            #expect(run.status == 64 && run.standardError.contains("stands for no sound format that is written; use one of .wav"))
        }
        #expect(try workspace.run("decode", "a.vci", "b.mp3").standardError.contains("stands for no image format"))
        #expect(try workspace.run("decode", "a.vca", "b.png").status == 64)
        #expect(try workspace.run("decode", "--from", "1", "a.vci").status == 64)
        #expect(try workspace.run("compare", "a.wav", "a.png").status == 64)
        #expect(try workspace.run("compare", "--perceptual", "a.png", "a.png").standardError.contains("--perceptual is for sounds"))
        #expect(try workspace.run("compare", "--speech", "a.wav", "a.wav").status == 64)
        #expect(try workspace.names == ["a.png", "a.vca", "a.vci", "a.wav"])
    }
}

extension AudioBuffer {
    /// The same sound at half the volume.
    fileprivate var halved: AudioBuffer {
        guard case .integer(let channels) = samples else { return self }
        return AudioBuffer(format: format, samples: .integer(channels.map { $0.map { $0 / 2 } }))
    }
}

/// A few waves and some noise, different in each channel.
func sound(
    _ frames: Int, _ format: AudioFormat = AudioFormat(sampleRate: 44100, channels: 2, sample: .integer(bits: 16))
) -> AudioBuffer {
    let values = (0..<format.channels).map { channel in
        (0..<frames).map { frame -> Double in
            let noise = Double((frame &* 7919 &+ channel &* 31) % 101 - 50) / 5000
            return 0.4 * sin(Double(frame) / Double(9 + channel)) + 0.3 * sin(Double(frame) / 31) + noise
        }
    }
    return switch format.sample {
    case .integer(let bits):
        AudioBuffer(format: format, samples: .integer(values.map { $0.map { Int32($0 * (Double(sign: .plus, exponent: bits - 1, significand: 1) - 1)) } }))
    case .float32: AudioBuffer(format: format, samples: .float32(values.map { $0.map { Float($0) } }))
    case .float64: AudioBuffer(format: format, samples: .float64(values))
    }
}

extension Workspace {
    /// Writes a program for the shell.
    func writeProgram(_ script: String, to name: String) throws {
        try write(Array("#!/bin/sh\n\(script)\n".utf8), to: name)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: url(name).path)
    }

    /// Writes a sound under a name that says its format.
    func write(_ sound: AudioBuffer, _ metadata: AudioMetadata = AudioMetadata(), to name: String) throws {
        let writer = try SoundFileWriter(
            .path(url(name).path), kind: SoundFileKind(fileName: name), format: sound.format, metadata: metadata)
        try writer.write(sound)
        try writer.finish()
    }

    func sound(_ name: String) throws -> AudioBuffer {
        let reader = try SoundFileReader(.path(url(name).path))
        var pieces: [AudioSamples] = []
        while let buffer = try reader.read(frames: 1 << 16) { pieces.append(buffer.samples) }
        let nothing = CommandLineTests.sound(0, reader.format).samples
        return AudioBuffer(format: reader.format, samples: AudioSamples(joining: [nothing] + pieces))
    }
}
