import Foundation
import ProbabilisticCircuits
import TestSupport
import Testing

/// The fields of `vcodec circuit bench --json` that the tests look at.
private struct BenchDescription: Decodable {
    let images: Int
    let valuesPerImage: Int
    let streamBytes: Int
    let bitsPerDimension: Double
    let impossibleImages: Int
    let modelBitsPerDimension: Double?
    let overheadPercent: Double?
    let encodedImagesPerSecond: Double
    let decodedImagesPerSecond: Double
    let firstDifference: Int?
}

@Suite(.timeLimit(.minutes(2))) struct CircuitTests {
    private let workspace = try! Workspace()

    /// A chain over images of 4×3 values of 5; each hidden state likes one value, and to stay.
    private func writeModel(others: UInt8 = 40) throws {
        let shape = try TreeShape(parents: [nil] + (0..<11).map { $0 }, states: 5, alphabet: 5)
        let likes: [UInt8] = (0..<12 * 5).flatMap { row in (0..<5).map { $0 == row % 5 ? 0 : others } }
        let file = try TreeFile(
            shape: shape, initial: [UInt8](repeating: 0, count: 5), transitions: likes, emissions: likes)
        try workspace.write(file.bytes(), to: "tree.vcm")
    }

    private func images(_ count: Int, height: Int = 4) -> [UInt8] {
        let values = (0..<count * height * 3).map { UInt8($0 / 7 % 5) }
        return [0, 0, 8, 3, 0, 0, UInt8(count / 256), UInt8(count % 256), 0, 0, 0, UInt8(height), 0, 0, 0, 3] + values
    }

    private func bench(_ arguments: String...) throws -> ToolRun {
        try workspace.run(["circuit", "bench", "--model", "tree.vcm"] + arguments)
    }

    private func description(_ arguments: String...) throws -> BenchDescription {
        let run = try workspace.run(["circuit", "bench", "--model", "tree.vcm", "--json"] + arguments)
        #expect(run.status == 0, "\(run.standardError)")
        return try JSONDecoder().decode(BenchDescription.self, from: run.standardOutput)
    }

    @Test func aProgramCanReadEverything() throws {
        try writeModel()
        try workspace.write(images(300), to: "a.idx")
        let bench = try description("--idx", "a.idx")
        #expect((bench.images, bench.valuesPerImage) == (300, 12))
        #expect(abs(bench.bitsPerDimension - Double(bench.streamBytes) * 8 / 3600) < 1e-9)
        let model = try #require(bench.modelBitsPerDimension)
        #expect(abs((bench.bitsPerDimension / model - 1) * 100 - bench.overheadPercent!) < 1e-9)
        #expect(abs(bench.overheadPercent!) < 0.5)
        #expect(bench.encodedImagesPerSecond > 0 && bench.decodedImagesPerSecond > 0)
        #expect(bench.firstDifference == nil)
    }

    /// The tree in the repository is whole, and images as unlike its own as noise come back too.
    @Test func theTrainedTreeCodesAnyImages() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        var generator = SeededGenerator(seed: 1)
        let values = (0..<2 * 784).map { $0 < 784 ? 0 : UInt8.random(in: 0...255, using: &generator) }
        try workspace.write([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28] + values, to: "a.idx")
        let tree = root.appending(path: "Models/circuits/fashion-mnist.vcm").path(percentEncoded: false)
        let run = try workspace.run(["circuit", "bench", "--json", "--model", tree, "--idx", "a.idx"])
        #expect(run.status == 0, "\(run.standardError)")
        let bench = try JSONDecoder().decode(BenchDescription.self, from: run.standardOutput)
        #expect((bench.valuesPerImage, bench.impossibleImages) == (784, 0))
        #expect(bench.firstDifference == nil)
    }

    @Test func packedFilesAndStandardInputAreReadTheSame() throws {
        try writeModel()
        try workspace.write(images(40), to: "a.idx")
        try workspace.write(storedGzip(images(40)), to: "a.gz")
        let bytes = try description("--idx", "a.idx").streamBytes
        #expect(try description("--idx", "a.gz").streamBytes == bytes)
        let run = try workspace.run("circuit", "bench", "--model", "tree.vcm", "--idx", "-", input: "a.gz")
        #expect(run.text.hasPrefix("standard input   40 images of 12 values   \(bytes) bytes\n"))
    }

    @Test func aPersonCanReadTheRest() throws {
        try writeModel()
        try workspace.write(images(40), to: "a.idx")
        let run = try bench("--idx", "a.idx")
        #expect(run.status == 0)
        #expect(run.standardError.isEmpty)
        for word in ["model ", "stream ", "bits per dimension, 5 states", "overhead ", "encode ", "decode ", " images/s"] {
            #expect(run.text.contains(word), "\(word)")
        }
    }

    @Test func aLimitTakesTheFirstImages() throws {
        try writeModel()
        try workspace.write(images(40), to: "a.idx")
        try workspace.write(images(7), to: "b.idx")
        let first = try description("--idx", "a.idx", "--limit", "7")
        #expect(first.images == 7)
        #expect(first.streamBytes == (try description("--idx", "b.idx").streamBytes))
        #expect(try description("--idx", "b.idx", "--limit", "1000000000000").images == 7)
        #expect(try bench("--idx", "a.idx", "--limit", "0").status == 64)
    }

    @Test func impossibleImagesAreCodedAllTheSame() throws {
        try writeModel(others: 255)
        try workspace.write(images(2), to: "a.idx")
        let none = try description("--idx", "a.idx")
        #expect(none.impossibleImages == 2)
        #expect(none.modelBitsPerDimension == nil && none.overheadPercent == nil)
        // One of five values, twelve times: log2(5) bits each.
        let even = (0..<600).flatMap { [UInt8](repeating: UInt8($0 % 5), count: 12) }
        try workspace.write([0, 0, 8, 2, 0, 0, 2, 89, 0, 0, 0, 12] + even + images(1).suffix(12), to: "b.idx")
        let most = try description("--idx", "b.idx")
        #expect(most.impossibleImages == 1)
        #expect(abs(try #require(most.modelBitsPerDimension) - log2(5) / 12) < 1e-9)
        #expect(abs(try #require(most.overheadPercent)) < 10)
        #expect(try bench("--idx", "b.idx").text.contains("5 states, impossible images not counted: 1"))
    }

    @Test func imagesThatAreNotTheModelsAreRefused() throws {
        try writeModel()
        var bright = images(3)
        bright[16 + 2 * 12 + 5] = 5
        for (bytes, message) in [
            (images(3, height: 5), "images of 5×3 = 15 values; the model codes 12"),
            (images(0), "no images"),
            (bright, "value 5 of image 2 is 5 at byte 45; the model codes values below 5"),
        ] {
            try workspace.write(bytes, to: "a.idx")
            let run = try bench("--idx", "a.idx")
            #expect(run.status == 65)
            #expect(run.standardError == "vcodec: a.idx: \(message)\n")
            #expect(run.standardOutput.isEmpty)
        }
        // Beyond the limit they do not matter.
        try workspace.write(bright, to: "a.idx")
        #expect(try bench("--idx", "a.idx", "--limit", "2").status == 0)
    }

    @Test func damagedFilesAreBadData() throws {
        try writeModel()
        let model = try workspace.bytes("tree.vcm")
        let good = images(3)
        let badImages: [[UInt8]] = [[], [1, 2, 3, 4], good.dropLast(), good + [0], storedGzip(good).dropLast()]
        for bytes in badImages {
            try workspace.write(bytes, to: "a.idx")
            let run = try bench("--idx", "a.idx")
            #expect(run.status == 65)
            #expect(run.standardError.hasPrefix("vcodec: a.idx: "))
        }
        try workspace.write(good, to: "a.idx")
        let badModels: [[UInt8]] = [[], [1, 2, 3, 4], model.dropLast(), model.dropLast() + [model.last! ^ 1]]
        for bytes in badModels {
            try workspace.write(bytes, to: "tree.vcm")
            let run = try bench("--idx", "a.idx")
            #expect(run.status == 65)
            #expect(run.standardError.hasPrefix("vcodec: tree.vcm: "))
            #expect(run.standardOutput.isEmpty)
        }
    }

    @Test func missingFilesAreUnreadable() throws {
        #expect(try bench("--idx", "a.idx").status == 66)
        try writeModel()
        let run = try bench("--idx", "a.idx")
        #expect(run.status == 66)
        #expect(run.standardError == "vcodec: a.idx: no such file or directory\n")
        #expect(try workspace.run("circuit", "bench", "--idx", "a.idx").status == 64)
    }
}
