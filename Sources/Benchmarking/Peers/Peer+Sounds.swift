extension Peer {
    /// Codecs of sound, each at rates from speech on the telephone to music.
    static let sounds: [Peer] = [
        Peer(
            name: "opus", settingLabel: "kbit/s", settings: ["6", "9", "12", "16", "24", "32", "48", "64", "96"],
            encode: Command(["opusenc"], ["--quiet", "--bitrate", "{setting}", "{in}", "{out}"]),
            // opusdec gives back the rate that the file says it had.
            decode: Command(["opusdec"], ["--quiet", "{in}", "{out}"]),
            input: "wav", suffix: "opus", output: "wav", package: "opus-tools"),
        Peer(
            // Left to itself, lame halves the sampling rate for small files, which cannot be compared.
            name: "mp3", settingLabel: "kbit/s", settings: ["32", "48", "64", "96", "128", "192"],
            encode: Command(["lame"], ["--quiet", "--resample", "{rate}", "--abr", "{setting}", "{in}", "{out}"]),
            decode: Command(["lame"], ["--quiet", "--decode", "{in}", "{out}"]),
            input: "wav", suffix: "mp3", output: "wav", package: "lame"),
        Peer(
            name: "vorbis", settingLabel: "-q", settings: ["-1", "0", "1", "2", "4", "6"],
            encode: Command(["oggenc"], ["--quiet", "-q", "{setting}", "-o", "{out}", "{in}"]),
            decode: Command(["oggdec"], ["--quiet", "-o", "{out}", "{in}"]),
            input: "wav", suffix: "ogg", output: "wav", package: "vorbis-tools"),
        Peer(
            name: "aac", settingLabel: "kbit/s", settings: ["24", "32", "48", "64", "96", "128"],
            encode: Command(["ffmpeg"], ["-v", "error", "-threads", "1", "-y", "-i", "{in}", "-c:a", "aac", "-b:a", "{setting}k", "{out}"]),
            decode: Command(["ffmpeg"], ["-v", "error", "-threads", "1", "-y", "-i", "{in}", "{out}"]),
            input: "wav", suffix: "m4a", output: "wav", package: "ffmpeg"),
    ]
}
