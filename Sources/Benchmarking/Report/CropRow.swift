import FoundationEssentials
import Media
import MediaFiles

/// The same part of a picture and of what codecs made of it, side by side.
package struct CropRow: Sendable {
    /// One picture of the row.
    struct Crop: Sendable {
        let name: String
        /// Setting, rate and quality.
        let about: String
        /// A PNG file's bytes.
        let png: [UInt8]
    }

    let file: String
    /// The rate that was looked for.
    let rate: Double
    let crops: [Crop]

    /// Columns and rows of a crop, or fewer where the picture is smaller.
    static let side = 256

    /// Codes the picture once more with each codec's setting whose rate is nearest.
    ///
    /// - Throws: only where the picture itself cannot be read; a codec that fails now is left out.
    package init(
        of file: TestFile, at rate: Double, in results: BenchmarkResults, by benchmark: Benchmark<PictureMedium>
    ) throws(BenchmarkError) {
        let folder = try SystemFile.makeTemporaryFolder(in: benchmark.temporaryFolder)
        defer { Files.remove(folder) }
        let (_, source) = try benchmark.medium.prepare(file.path, in: folder)
        let place = CropPlace(in: source, side: Self.side)
        var crops = [try Crop(name: "source", about: file.about, place.cut(source))]
        for peer in benchmark.peers {
            guard let run = results.run(of: peer.peer.name, on: file.path, nearest: rate) else { continue }
            let again = CodecRun(
                medium: benchmark.medium, installed: peer, setting: run.setting, metrics: [], file: file, source: source, folder: folder)
            guard (try? again.code()) != nil, let decoded = try? PictureMedium.read(again.result),
                (decoded.width, decoded.height) == (source.width, source.height)
            else { continue }
            crops.append(try Crop(name: peer.peer.name, about: Self.words(run, peer.peer, results), place.cut(decoded)))
        }
        self.file = file.name
        self.rate = rate
        self.crops = crops
    }

    private static func words(_ run: Run, _ peer: Peer, _ results: BenchmarkResults) -> String {
        let metric = results.metrics.first
        let value = metric.flatMap { run.metrics?[$0.name] }.flatMap { value in metric.map { " · \($0.words(value)) \($0.unit)" } }
        return "\(peer.settingLabel) \(run.setting) · \((run.rate ?? 0).fixed(3)) bpp\(value ?? "")"
    }

    var html: String {
        let figures = crops.map { crop in
            """
            <figure><img alt="\(crop.name.escaped)" src="data:image/png;base64,\(Data(crop.png).base64EncodedString())"/>\
            <figcaption><b>\(crop.name.escaped)</b> \(crop.about.escaped)</figcaption></figure>
            """
        }
        return "<h3>\(file.escaped)</h3>\n<div class=\"crops\">\n\(figures.joined(separator: "\n"))\n</div>"
    }
}

extension CropRow.Crop {
    fileprivate init(name: String, about: String, _ image: ImageBuffer) throws(BenchmarkError) {
        do {
            self.init(name: name, about: about, png: try ImageFileWriter(.png).write(image))
        } catch { throw .file(name, reason: error.description) }
    }
}

/// Where a picture is busiest: there codecs differ most.
struct CropPlace: Hashable {
    let x: Int
    let y: Int
    let width: Int
    let height: Int

    /// - Parameter side: columns and rows, where the picture has that many.
    init(in image: ImageBuffer, side: Int) {
        let (width, height) = (min(side, image.width), min(side, image.height))
        // Places half a side apart, and those at the far edges.
        func starts(_ length: Int, _ part: Int) -> [Int] { Array(stride(from: 0, to: length - part, by: max(1, part / 2))) + [length - part] }
        let places = starts(image.height, height).flatMap { y in starts(image.width, width).map { (x: $0, y: y) } }
        let busiest = places.max { Self.activity(image, $0.x, $0.y, width, height) < Self.activity(image, $1.x, $1.y, width, height) }
        (x, y) = busiest ?? (0, 0)
        (self.width, self.height) = (width, height)
    }

    /// Differences between neighbours in a row, of the second channel (green).
    private static func activity(_ image: ImageBuffer, _ x: Int, _ y: Int, _ width: Int, _ height: Int) -> Int {
        let channels = image.format.channels.count
        var sum = 0
        for row in stride(from: y, to: y + height, by: 2) {
            let start = row * image.width + x
            for column in start..<start + width - 1 {
                let (a, b) = (image.samples[column * channels + 1], image.samples[(column + 1) * channels + 1])
                sum += abs(Int(a) - Int(b))
            }
        }
        return sum
    }

    func cut(_ image: ImageBuffer) -> ImageBuffer {
        let channels = image.format.channels.count
        let samples = (y..<y + height).flatMap { row in
            let start = (row * image.width + x) * channels
            return image.samples[start..<start + width * channels]
        }
        return ImageBuffer(width: width, height: height, format: image.format, samples: samples)
    }
}
