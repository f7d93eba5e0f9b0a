import ArgumentParser
import Benchmarking

/// `vcodec bench`: vcodec against other codecs.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure vcodec against other codecs.",
        discussion: """
              vcodec bench image --report report.html photos/
              vcodec bench audio --report report.html speech/*.wav
            """,
        subcommands: [BenchImageCommand.self, BenchAudioCommand.self])
}

/// `vcodec bench image`
struct BenchImageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract: "Measure picture codecs by rate, quality, time and memory.",
        usage: "vcodec bench image <path> ... [<options>]",
        discussion: """
              vcodec bench image --report report.html photos/
              vcodec bench image --against jpeg,avif --json out.json *.png

            Codecs: \((Peer.vcodec("", kind: .image) + Peer.all(.image)).map(\.name).joined(separator: ", ")).
            Metrics: \(Metric.all(.image).map(\.name).joined(separator: ", ")). A run that was stopped goes on where it was.
            """)

    @OptionGroup var bench: BenchOptions

    @Option(help: ArgumentHelp("Rate at which crops are shown.", valueName: "x"))
    var cropBpp = 0.5

    @Option(help: ArgumentHelp("Pictures of which crops are shown.", valueName: "n"))
    var crops = 3

    func validate() throws {
        guard 0.001...1000 ~= cropBpp else { throw ValidationError("--crop-bpp is \(cropBpp); allowed is 0.001 to 1000") }
        guard 0...10_000 ~= crops else { throw ValidationError("--crops is \(crops); allowed is 0 to 10000") }
    }

    func run() throws {
        let work = try BenchWork(PictureMedium(), bench, defaultPeers: "jpeg,webp,avif,jxl,heic", defaultMetrics: "psnr,ms-ssim,ssimulacra2")
        let results = try work.measure()
        try work.finish(results, crops: bench.report == nil ? [] : try cropRows(results, work))
    }

    private func cropRows(_ results: BenchmarkResults, _ work: BenchWork<PictureMedium>) throws(ToolFailure) -> [CropRow] {
        var rows: [CropRow] = []
        for file in results.files.prefix(crops) {
            do {
                rows.append(try CropRow(of: file, at: cropBpp, in: results, by: work.benchmark))
            } catch { throw ToolFailure(.badData, file.path, error.description) }
        }
        return rows
    }
}

/// `vcodec bench audio`
struct BenchAudioCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audio",
        abstract: "Measure sound codecs by rate, quality, time and memory.",
        usage: "vcodec bench audio <path> ... [<options>]",
        discussion: """
              vcodec bench audio --report report.html speech/
              vcodec bench audio --against opus --metrics visqol,zimtohrli --json out.json *.wav

            Codecs: vcodec, \(Peer.all(.audio).map(\.name).joined(separator: ", ")).
            Metrics: \(Metric.all(.audio).map(\.name).joined(separator: ", ")); the last two by the program in VCODEC_METRICS.
            """)

    @OptionGroup var bench: BenchOptions

    func run() throws {
        let work = try BenchWork(SoundMedium(), bench, defaultPeers: "opus,mp3,vorbis", defaultMetrics: "si-sdr,lsd")
        try work.finish(try work.measure(), crops: [])
    }
}
