import Dispatch
import Foundation
import LatentRefinement
import Media
import MediaFiles
import VCodec

// What refining symbols brings, and how long it takes.
//
//     swift run -c release RefinementBenchmark ITERATIONS POINTS THREADS PNG…
//
// For each picture and quality point (0 … 63, with commas between them): bytes and PSNR without and with refinement, the change of
// both, and milliseconds an iteration.

func encoded(_ image: ImageBuffer, point: Int, threads: Int, iterations: Int) throws -> (bytes: [UInt8], seconds: Double) {
    var options = EncodingOptions()
    options.target = .quality(Double(point) * 100 / 63)
    options.threads = threads
    options.refinement = iterations > 0 ? RefinementPlan(iterations: iterations) : nil
    let start = DispatchTime.now().uptimeNanoseconds
    let file = try ImageEncoder(options: options).encode(image)
    return (file.bytes, Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9)
}

func psnr(_ bytes: [UInt8], of image: ImageBuffer) throws -> Double {
    let decoded = try ImageDecoder().decode(bytes).image
    var squares = 0.0
    for (a, b) in zip(image.samples, decoded.samples) { squares += (Double(a) - Double(b)) * (Double(a) - Double(b)) }
    let peak = Double(image.format.bitDepth.maximumSample)
    return 10 * log10(peak * peak * Double(image.samples.count) / squares)
}

let arguments = CommandLine.arguments.dropFirst()
let iterations = Int(arguments[1])!, threads = Int(arguments[3])!
for path in arguments.dropFirst(3) {
    let file = try ImageFileReader().read(Array(Data(contentsOf: URL(filePath: path))))
    for point in arguments[2].split(separator: ",").map({ Int($0)! }) {
        let plain = try encoded(file.image, point: point, threads: threads, iterations: 0)
        let refined = try encoded(file.image, point: point, threads: threads, iterations: iterations)
        let (before, after) = (try psnr(plain.bytes, of: file.image), try psnr(refined.bytes, of: file.image))
        let change = 100 * (Double(refined.bytes.count) / Double(plain.bytes.count) - 1)
        let time = 1000 * (refined.seconds - plain.seconds) / Double(iterations)
        let name = URL(filePath: path).deletingPathExtension().lastPathComponent
        print(String(
            format: "%@ %d×%d point %d: %d -> %d bytes (%+.2f %%), %.3f -> %.3f dB (%+.3f), %.1f ms an iteration", name,
            file.image.width, file.image.height, point, plain.bytes.count, refined.bytes.count, change, before, after,
            after - before, time))
    }
}
