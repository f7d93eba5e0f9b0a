package import Media
import MediaFiles
import QualityMetrics

/// Pictures: 8-bit RGB, whatever the file has.
package struct PictureMedium: Medium {
    package init() {}

    package var kind: MediumKind { .image }
    package var extensions: Set<String> { ["png", "ppm", "pgm", "pnm", "pam", "pbm"] }
    package var inputs: [String] { ["ppm", "png"] }
    package var inputForPrograms: String { "png" }

    package func prepare(_ path: String, in folder: String) throws(BenchmarkError) -> (TestFile, ImageBuffer) {
        let bytes = try Files.read(path)
        let image = try Self.decode(bytes, path)
        let picture = image.eightBitColour
        for input in inputs { try Self.write(picture, to: "\(folder)/source.\(input)") }
        let file = TestFile(
            path: path, sha256: TestFile.digest(bytes), about: "\(image.width)×\(image.height)", note: image.whatIsLost,
            rateDivisor: Double(image.width * image.height))
        return (file, picture)
    }

    package func values(of source: ImageBuffer) -> [String: String] { [:] }

    package func scores(
        _ names: Set<String>, ofDecoded path: String, source: ImageBuffer
    ) throws(BenchmarkError) -> [String: Double] {
        let decoded = try Self.read(path)
        let comparison: PictureComparison
        do {
            comparison = try PictureComparison(of: decoded, with: source)
        } catch { throw .notComparable(reason: error.description) }
        var scores: [String: Double] = [:]
        if names.contains("psnr") { scores["psnr"] = comparison.peakSignalToNoiseRatio }
        if names.contains("ssimulacra2") { scores["ssimulacra2"] = comparison.ssimulacra2() }
        if names.contains("ms-ssim") { scores["ms-ssim"] = comparison.multiScaleSimilarity().value }
        return scores
    }

    package func fileForPrograms(decoded path: String, source: ImageBuffer) throws(BenchmarkError) -> String {
        let copy = path + ".8bit.png"
        try Self.write(try Self.read(path), to: copy)
        return copy
    }

    /// A picture file as 8-bit RGB.
    package static func read(_ path: String) throws(BenchmarkError) -> ImageBuffer {
        try decode(try Files.read(path), path).eightBitColour
    }

    private static func decode(_ bytes: [UInt8], _ path: String) throws(BenchmarkError) -> ImageBuffer {
        do {
            return try ImageFileReader().read(bytes).image
        } catch { throw .file(path, reason: error.description) }
    }

    private static func write(_ image: ImageBuffer, to path: String) throws(BenchmarkError) {
        do {
            try Files.write(try ImageFileWriter(try ImageFileKind(fileName: path)).write(image), to: path)
        } catch let error as MediaFileError {
            throw .file(path, reason: error.description)
        } catch let error as BenchmarkError { throw error } catch { throw .file(path, reason: "\(error)") }
    }
}

extension ImageBuffer {
    /// R, G and B of 8 bits; grey three times, alpha left out, 16 bits rounded.
    var eightBitColour: ImageBuffer {
        let wanted = PixelFormat(.rgb, .eight)
        guard format != wanted else { return self }
        let (stride, colours) = (format.channels.count, format.channels.colorCount)
        let narrow = samples.map { format.bitDepth == .eight ? $0 : UInt16((UInt32($0) * 255 + 32767) / 65535) }
        let rgb = (0..<pixelCount).flatMap { pixel in
            (0..<3).map { narrow[pixel * stride + (colours == 1 ? 0 : $0)] }
        }
        return ImageBuffer(width: width, height: height, format: wanted, samples: rgb)
    }

    /// What ``eightBitColour`` does to the picture; nil for nothing.
    fileprivate var whatIsLost: String? {
        let changes = [
            format.channels.colorCount == 1 ? "grey as RGB" : nil, format.channels.hasAlpha ? "without alpha" : nil,
            format.bitDepth == .sixteen ? "16 bits rounded to 8" : nil,
        ].compactMap { $0 }
        return changes.isEmpty ? nil : changes.joined(separator: ", ")
    }
}
