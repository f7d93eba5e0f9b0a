import ArgumentParser
import VCodec

/// `--quality`, `--bytes`, `--bpp`, `--psnr`, `--max-error`, `--bitrate` and `--lossless`, at most one of them.
struct RateOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "0 smallest, 30 web, 60 hard to tell apart, 100 best; sound: 4 kbit/s at 0, 50 at 50. (default: 50)",
            valueName: "n"))
    var quality: Double?

    @Option(help: ArgumentHelp("Pictures: at most this many bytes.", valueName: "n"))
    var bytes: Int?

    @Option(help: ArgumentHelp("Pictures: at most this many bits per pixel.", valueName: "x"))
    var bpp: Double?

    @Option(help: ArgumentHelp("Pictures: at least this PSNR.", valueName: "dB"))
    var psnr: Double?

    @Option(help: ArgumentHelp("Pictures: no colour off by more, in steps of 8 bits.", valueName: "n"))
    var maxError: Int?

    @Option(help: ArgumentHelp("Sound: so many thousand bits a second, on average.", valueName: "kbps"))
    var bitrate: Double?

    @Option(help: ArgumentHelp("Pictures: 0 soonest … 9 smallest file. (default: 3)", valueName: "n"))
    var effort: Int?

    @Option(
        help: ArgumentHelp("Pictures: psnr (default), ms-ssim or ssimulacra2.", valueName: "measure"),
        transform: DistortionMeasure.init(argument:))
    var tune: DistortionMeasure?

    @Flag(help: "Every sample comes back as it was.")
    var lossless = false

    func validate() throws {
        if given.count > 1 {
            throw ValidationError("\(given[0]) and \(given[1]) contradict each other; give one")
        }
        try check(quality, "--quality", within: 0...100, "0 to 100")
        try check(bytes.map(Double.init), "--bytes", within: 1...0x1p52, "1 or more")
        try check(bpp, "--bpp", within: 1e-9...1e6, "more than 0")
        try check(psnr, "--psnr", within: 1...100, "1 to 100")
        try check(maxError.map(Double.init), "--max-error", within: 0...127, "0 to 127")
        try check(effort.map(Double.init), "--effort", within: 0...9, "0 to 9")
        if effort == 0, tune == .msSSIM {
            throw ValidationError("--tune ms-ssim works through refinement, which --effort 0 leaves out; give 1 to 9")
        }
        try check(bitrate, "--bitrate", within: 0.1...1e6, "0.1 to 1000000")
    }

    private func check(
        _ value: Double?, _ name: String, within range: ClosedRange<Double>, _ allowed: String
    ) throws {
        if let value, !range.contains(value) {
            throw ValidationError("\(name) is \(value); allowed is \(allowed)")
        }
    }

    /// Which of these options there were.
    var given: [String] {
        let options = [
            ("--quality", quality != nil), ("--bytes", bytes != nil), ("--bpp", bpp != nil),
            ("--psnr", psnr != nil), ("--max-error", maxError != nil), ("--bitrate", bitrate != nil),
            ("--lossless", lossless),
        ]
        return options.filter(\.1).map(\.0)
    }

    /// Which of these options there were that are for pictures alone.
    var givenForPictures: [String] {
        given.filter { !["--quality", "--bitrate", "--lossless"].contains($0) }
            + (effort == nil ? [] : ["--effort"]) + (tune == nil ? [] : ["--tune"])
    }

    /// The option that was given, or the one that is meant without any, as on the command line.
    var words: String {
        let values = [
            quality.map { "\($0)" }, bytes.map { "\($0)" }, bpp.map { "\($0)" }, psnr.map { "\($0)" }, maxError.map { "\($0)" },
            bitrate.map { "\($0)" },
        ].compactMap(\.self)
        guard let option = given.first else { return "--quality 50.0" }
        return ([option] + values).joined(separator: " ")
    }

    /// What was asked for of a sound.
    var coding: AudioCoding {
        if let quality { return .quality(quality) }
        if let bitrate { return .bitrate(kilobitsPerSecond: bitrate) }
        return lossless ? .lossless : AudioEncodingOptions().coding
    }

    /// What was asked for of a picture.
    var target: RateTarget {
        if let quality { return .quality(quality) }
        if let bytes { return .bytes(bytes) }
        if let bpp { return .bitsPerPixel(bpp) }
        if let psnr { return .psnr(psnr) }
        if let maxError { return .maximumError(maxError) }
        return lossless ? .lossless : EncodingOptions().target
    }
}

extension DistortionMeasure {
    fileprivate init(argument: String) throws {
        guard let measure = Self(rawValue: argument) else {
            throw ValidationError("allowed is " + Self.allCases.map(\.rawValue).joined(separator: " or "))
        }
        self = measure
    }
}
