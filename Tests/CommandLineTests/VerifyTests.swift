import Foundation
import Media
import Testing

@Suite(.timeLimit(.minutes(2))) struct VerifyTests {
    private let workspace = try! Workspace()

    /// SHA-256 of the samples of ``sevenByFive`` and ``threeByFive``, by Python's hashlib.
    private let digest = "b22ec40f2840b54af216df413c02f8f5f9b07e76218d43db1d9c22a9d71c079f"
    private let wideDigest = "feded650cb8d7350e275882ef5abc3c029031e7d05657032ff92e16f984a439b"

    private var sevenByFive: ImageBuffer {
        ImageBuffer(
            width: 7, height: 5, format: PixelFormat(.rgb, .eight),
            samples: (0..<105).map { UInt16($0 * 17 % 256) })
    }

    private var threeByFive: ImageBuffer {
        ImageBuffer(
            width: 3, height: 5, format: PixelFormat(.grey, .sixteen),
            samples: (0..<15).map { UInt16($0 * 4099 % 65_536) })
    }

    /// Makes `vectors/NAME` from a picture, without loss.
    private func addVector(_ name: String, _ image: ImageBuffer, _ expected: [String: Any]) throws {
        try workspace.write(image, to: "picture.png")
        try FileManager.default.createDirectory(
            at: workspace.url("vectors/\(name)"), withIntermediateDirectories: true)
        let run = try workspace.run(
            "encode", "--lossless", "picture.png", "vectors/\(name)/stream.vci")
        #expect(run.status == 0)
        let json = try JSONSerialization.data(withJSONObject: expected)
        try workspace.write(Array(json), to: "vectors/\(name)/expected.json")
    }

    private func addGoodVectors() throws {
        try addVector(
            "image/0001-small", sevenByFive,
            [
                "tests": "odd sides", "width": 7, "height": 5, "format": "RGB, 8 bits",
                "sha256": digest,
            ])
        try addVector(
            "image/0002-wide", threeByFive,
            [
                "tests": "16 bits", "width": 3, "height": 5, "format": "grey, 16 bits",
                "sha256": wideDigest,
            ])
    }

    @Test func everyVectorHasItsLine() throws {
        try addGoodVectors()
        let run = try workspace.run("verify", "vectors")
        #expect(run.status == 0)
        #expect(
            run.text == """
                ok    image/0001-small   odd sides
                ok    image/0002-wide   16 bits

                """)
        #expect(run.standardError == "vectors: all 2 vectors agree\n")
    }

    @Test func aDifferenceFails() throws {
        try addGoodVectors()
        try addVector(
            "image/0003-wrong", sevenByFive,
            [
                "tests": "nothing", "width": 7, "height": 4, "format": "RGB, 8 bits",
                "sha256": wideDigest,
            ])
        let run = try workspace.run("verify", "vectors")
        #expect(run.status == 70)
        #expect(run.text.contains("FAIL  image/0003-wrong: height is 5, expected 4; sha256 is "))
        #expect(run.standardError == "vcodec: vectors: 1 of 3 vectors differ\n")
    }

    @Test func anErrorIsComparedByCaseAndOffset() throws {
        try addGoodVectors()
        var bytes = try workspace.bytes("vectors/image/0001-small/stream.vci")
        let chunk = try #require(
            try workspace.info("vectors/image/0001-small/stream.vci").chunks.last)
        bytes[bytes.count - 1] ^= 0x80
        for (name, offset) in [("right", chunk.offset), ("wrong", chunk.offset + 1)] {
            try workspace.write(bytes, to: "vectors/invalid/\(name)/stream.vci")
            let expected = """
                {"tests": "a checksum",
                 "error": {"case": "checksumMismatch", "offset": \(offset)}}
                """
            try workspace.write(
                Array(expected.utf8), to: "vectors/invalid/\(name)/expected.json")
        }
        let run = try workspace.run("verify", "vectors")
        #expect(run.status == 70)
        #expect(run.text.contains("ok    invalid/right   a checksum"))
        #expect(
            run.text.contains(
                "FAIL  invalid/wrong: fails with checksumMismatch at byte \(chunk.offset); "
                    + "expected is checksumMismatch at byte \(chunk.offset + 1)"))
    }

    @Test func noVectorsIsAFailure() throws {
        try FileManager.default.createDirectory(
            at: workspace.url("empty"), withIntermediateDirectories: true)
        let run = try workspace.run("verify", "empty")
        #expect(run.status == 66)
        #expect(run.standardError == "vcodec: empty: no vectors found\n")
        #expect(try workspace.run("verify").status == 66)
    }

    @Test(arguments: ["{", "{}", "[]", #"{"tests": "no digest"}"#])
    func aVectorThatCannotBeReadFails(_ expected: String) throws {
        try addVector("a", sevenByFive, [:])
        try workspace.write(Array(expected.utf8), to: "vectors/a/expected.json")
        let run = try workspace.run("verify", "vectors")
        #expect(run.status == 70)
        #expect(run.text.hasPrefix("FAIL  a: expected.json"))
    }

    @Test func oneFileIsDecodedAndNothingWritten() throws {
        try workspace.write(picture(20, 10), to: "a.png")
        _ = try workspace.run("encode", "a.png")
        let run = try workspace.run("verify", "a.vci")
        #expect(run.status == 0)
        #expect(run.standardError.hasPrefix("a.vci   20×10 RGB   ok   "))
        #expect(try workspace.names == ["a.png", "a.vci"])
    }
}
