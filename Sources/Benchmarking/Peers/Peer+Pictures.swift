extension Peer {
    /// Codecs of pictures, as their programs come: one thread where that can be said, 4:4:4 or 4:2:0 as they choose
    /// unless the name says otherwise.
    static let pictures: [Peer] = [
        jpeg("jpeg", sampling: "2x2"),
        jpeg("jpeg-444", sampling: "1x1"),
        Peer(
            name: "webp", settingLabel: "-q", settings: ["1", "10", "25", "45", "65", "80", "90", "97"],
            encode: Command(["cwebp"], ["-quiet", "-m", "6", "-q", "{setting}", "{in}", "-o", "{out}"]),
            decode: Command(["dwebp"], ["-quiet", "{in}", "-ppm", "-o", "{out}"]),
            input: "png", suffix: "webp", output: "ppm", package: "webp"),
        avif("avif", speed: "6"),
        avif("avif-psnr", speed: "6", more: ["-a", "tune=psnr"]),
        avif("avif-slow", speed: "4", more: ["-a", "tune=psnr"]),
        Peer(
            name: "jxl", settingLabel: "-d", settings: ["24", "14", "9", "6", "4", "2.8", "2", "1.2", "0.7"],
            encode: Command(["cjxl"], ["--quiet", "--num_threads=0", "-d", "{setting}", "{in}", "{out}"]),
            decode: Command(["djxl"], ["--quiet", "--num_threads=0", "{in}", "{out}"]),
            input: "png", suffix: "jxl", output: "ppm", package: "libjxl-tools"),
        heic("heic", chroma: "420"),
        heic("heic-444", chroma: "444"),
        Peer(
            name: "jp2", settingLabel: "-r", settings: ["200", "110", "62", "36", "22", "14", "9"],
            encode: Command(["opj_compress"], ["-I", "-i", "{in}", "-o", "{out}", "-r", "{setting}"]),
            decode: Command(["opj_decompress"], ["-quiet", "-i", "{in}", "-o", "{out}"]),
            input: "ppm", suffix: "jp2", output: "ppm", package: "libopenjp2-tools"),
    ]

    private static func jpeg(_ name: String, sampling: String) -> Peer {
        Peer(
            name: name, settingLabel: "-quality", settings: ["5", "10", "20", "35", "50", "65", "80", "90", "96"],
            encode: Command(
                ["cjpeg"], ["-quality", "{setting}", "-sample", sampling, "-optimize", "-progressive", "-outfile", "{out}", "{in}"]),
            decode: Command(["djpeg"], ["-outfile", "{out}", "{in}"]),
            input: "ppm", suffix: "jpg", output: "ppm", package: "libjpeg-turbo-progs")
    }

    /// 4:4:4, which is what avifenc makes of PNG.
    private static func avif(_ name: String, speed: String, more: [String] = []) -> Peer {
        let quality = ["--min", "0", "--max", "63", "-a", "end-usage=q", "-a", "cq-level={setting}"]
        return Peer(
            name: name, settingLabel: "cq-level", settings: ["60", "54", "47", "40", "33", "26", "20", "14", "8"],
            encode: Command(["avifenc"], ["-j", "1", "-s", speed] + quality + more + ["{in}", "{out}"]),
            decode: Command(["avifdec"], ["-j", "1", "--png-compress", "0", "{in}", "{out}"]),
            input: "png", suffix: "avif", output: "png", package: "libavif-bin")
    }

    private static func heic(_ name: String, chroma: String) -> Peer {
        Peer(
            name: name, settingLabel: "-q", settings: ["8", "16", "24", "32", "40", "48", "56", "64", "76"],
            encode: Command(["heif-enc"], ["-q", "{setting}", "-p", "chroma=\(chroma)", "{in}", "-o", "{out}"]),
            decode: Command(["heif-dec", "heif-convert"], ["{in}", "{out}"]),
            input: "png", suffix: "heic", output: "png", package: "libheif-examples")
    }
}
