import Dispatch
import IntegerKernels
import LatentCoding
import LatentModels
import Media
import VCodec

// How much of a picture's decoding is multiplication at the rate that the kernels reach in the same run.
//
//     swift run -c release DecodeBenchmark [MODEL.vcm]
//
// Prints the ceiling (a pointwise product that stays in cache), the products that one 768×512 picture needs, the time they
// would take at the ceiling, the time decoding takes, and the ratio of the two.

/// Seconds of the fastest of several runs.
func fastest(_ runs: Int, _ body: () throws -> Void) rethrows -> Double {
    var best = Double.infinity
    for _ in 0..<runs {
        let start = DispatchTime.now().uptimeNanoseconds
        try body()
        best = min(best, Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9)
    }
    return best
}

/// Products a second of one thread, 128 → 256 channels over 48 positions at a time.
func ceiling() -> Double {
    let weights = PackedPointwise(
        PointwiseWeights(
            inputs: 128, outputs: 256, weights: (0..<128 * 256).map { Int16(Int8(truncatingIfNeeded: $0 * 37)) },
            biases: Array(repeating: 0, count: 256), multipliers: Array(repeating: 1 << 20, count: 256), shift: 30))
    let x = Feature(height: 1, width: 48, channels: 128, values: (0..<48 * 128).map { Int16(truncatingIfNeeded: $0 &* 977) })
    let y = Feature(height: 1, width: 48, channels: 256)
    let rounds = 200
    let seconds = fastest(20) {
        for _ in 0..<rounds { KernelImplementation.best.pointwise(weights, x, rows: 0..<1, into: y) }
    }
    return Double(rounds * 48 * 128 * 256) / seconds
}

/// A picture with smooth parts, edges and texture, the same in every run.
func picture(width: Int, height: Int) -> ImageBuffer {
    var state: UInt32 = 12345
    var samples: [UInt16] = []
    for y in 0..<height {
        for x in 0..<width {
            state = state &* 1_664_525 &+ 1_013_904_223
            let noise = Int(state >> 28) * ((x / 96 + y / 64) % 3)
            let base = (x * 160 / width + y * 80 / height) ^ ((x / 37 + y / 53) % 2 * 40)
            for c in 0..<3 { samples.append(UInt16(min(255, max(0, base + noise - 8 + 9 * c)))) }
        }
    }
    return ImageBuffer(width: width, height: height, format: PixelFormat(.rgb, .eight), samples: samples)
}

let threads = Threads.standard
let (width, height) = (768, 512)
let perThread = ceiling()
var encoding = EncodingOptions()
encoding.target = .quality(40)
let file = try ImageEncoder(options: encoding).encode(picture(width: width, height: height)).bytes
let products = Double(Model.standard.productsPerPixel * width * height)
let ideal = products / (perThread * Double(threads))
let decode = try fastest(10) { _ = try ImageDecoder().decode(file) }
let encode = try fastest(5) { _ = try ImageEncoder(options: encoding).encode(picture(width: width, height: height)) }

func milliseconds(_ seconds: Double) -> String { "\(Double(Int(seconds * 10000)) / 10) ms" }
print("kernels \(KernelImplementation.best), \(threads) threads, \(Int(perThread * 2 / 1e9)) GOP/s a thread at the ceiling")
print("\(width)×\(height), \(file.count) bytes: \(Model.standard.productsPerPixel) products a pixel to decode")
print("decode \(milliseconds(decode)), of which multiplication at the ceiling \(milliseconds(ideal)): ratio \(Double(Int(decode / ideal * 100)) / 100)")
print("encode \(milliseconds(encode))")
