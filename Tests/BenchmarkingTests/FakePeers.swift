import Foundation
import Media
import MediaFiles
import Testing

@testable import Benchmarking

/// A folder with pictures and with shell scripts that play codecs; removed with the value.
///
/// A fake file is the first `setting` bytes of a PPM; decoded, the rest is zeros. The setting `boom` ends with status 3,
/// `nothing` makes no file, `garbage` one that does not decode to a picture.
final class FakePeers {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "vcodec-bench-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try script("fake-encode", """
            echo "$1" >> "$(dirname "$0")/calls"
            if [ "$1" = boom ]; then echo "first words"; echo "it broke" >&2; exit 3; fi
            if [ "$1" = nothing ]; then exit 0; fi
            if [ "$1" = garbage ]; then echo no picture > "$3"; echo 0 > "$3.size"; exit 0; fi
            wc -c < "$2" > "$3.size"
            head -c "$1" "$2" > "$3"
            """)
        try script("fake-decode", """
            missing=$(($(cat "$1.size") - $(wc -c < "$1")))
            cp "$1" "$2"
            [ $missing -le 0 ] || head -c $missing /dev/zero >> "$2"
            """)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func script(_ name: String, _ text: String) throws {
        let (draft, final) = ("\(folder)/draft", "\(folder)/\(name)")
        try Data("#!/bin/sh\n\(text)\n".utf8).write(to: URL(fileURLWithPath: draft))
        // A program that another test starts at this moment inherits what is open here, and Linux runs no file that somebody
        // may still write; so the file is written by a process of its own.
        let (status, _) = try ChildProcess.run(
            "/bin/sh", ["-c", "cp \"$1\" \"$2\" && chmod 755 \"$2\"", "sh", draft, final], log: "\(folder)/draft.log")
        try #require(status == 0)
    }

    /// A picture of slopes, 48 × 32, no two of different `seed` the same.
    func picture(_ name: String, seed: Int, width: Int = 48, height: Int = 32) throws -> String {
        let samples = (0..<width * height * 3).map { UInt16(($0 * 7 + $0 / 90 * seed) % 251) }
        let image = ImageBuffer(width: width, height: height, format: PixelFormat(.rgb, .eight), samples: samples)
        let path = "\(folder)/\(name)"
        try Data(try ImageFileWriter(.png).write(image)).write(to: URL(fileURLWithPath: path))
        return path
    }

    func peer(_ name: String, _ settings: [String], program: String = "fake-encode", package: String? = "fake") -> Peer {
        Peer(
            name: name, settingLabel: "-n", settings: settings, encode: .init([program], ["{setting}", "{in}", "{out}"]),
            decode: .init(["fake-decode"], ["{in}", "{out}"]), input: "ppm", suffix: "fak", output: "ppm", package: package)
    }

    /// The settings with which the encoder was called, in order, since the last time.
    func takeCalls() -> [String] {
        let path = "\(folder)/calls"
        defer { try? FileManager.default.removeItem(atPath: path) }
        return ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }

    var search: ProgramSearch { ProgramSearch(path: "/nowhere:\(folder)") }

    func benchmark(
        _ peers: [Peer], metrics: [String] = ["psnr", "ms-ssim"], journal: String? = nil
    ) -> Benchmark<PictureMedium> {
        let (usable, _) = InstalledMetric.find(Metric.pictures.filter { metrics.contains($0.name) }, search, hearing: nil)
        return Benchmark(
            PictureMedium(), peers: search.installed(peers).found, metrics: usable, journal: RunJournal(path: journal), temporaryFolder: folder)
    }
}

extension Benchmark {
    func run(_ paths: [String]) throws(BenchmarkError) -> Outcome {
        try run(paths, jobs: 2, isStopped: { false }) { _, _, _ in }
    }
}
