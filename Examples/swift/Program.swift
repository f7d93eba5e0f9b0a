import Foundation
import Media
import VCodec

/// Encodes a PPM (P6, 8 bits) or a WAV (PCM, 16 bits) and decodes it again.
///
///     VCodecExample photo.ppm photo.vci
///     VCodecExample --lossless speech.wav speech.vca
@main struct Program {
    static func main() async {
        do {
            try await run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(1)
        }
    }

    private static func run(_ arguments: [String]) async throws {
        let (isLossless, names) = (arguments.contains("--lossless"), arguments.filter { $0 != "--lossless" })
        guard names.count == 2 else { throw Failure("usage: VCodecExample [--lossless] IN.ppm|IN.wav OUT") }
        let input = [UInt8](try Data(contentsOf: URL(filePath: names[0])))
        let file = names[0].hasSuffix(".wav")
            ? try await sound(input, isLossless: isLossless) : try await picture(input, isLossless: isLossless)
        try Data(file).write(to: URL(filePath: names[1]))
    }

    private static func picture(_ input: [UInt8], isLossless: Bool) async throws -> [UInt8] {
        let picture = try PlainFiles.ppm(input)
        var options = EncodingOptions()
        if isLossless { options.target = .lossless }
        let file = try await ImageEncoder(options: options).encode(picture).bytes
        let decoded = try await ImageDecoder().decode(file).image
        print("\(file.count) bytes, \(decoded == picture ? "exact" : "with loss")")
        return file
    }

    private static func sound(_ input: [UInt8], isLossless: Bool) async throws -> [UInt8] {
        let sound = try PlainFiles.wav(input)
        let bytes = try await file(of: sound, coding: isLossless ? .lossless : .quality(50))
        let frames = try await AudioDecoder.decode(bytes).buffers.reduce(0) { $0 + $1.frameCount }
        print("\(bytes.count) bytes, \(frames) frames")
        return bytes
    }
}

/// What the program says when it gives up.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
