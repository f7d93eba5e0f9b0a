import Foundation
import Media
import Testing
import VCodec

/// Broken streams are refused with a typed error or shown; nothing else may happen.
///
/// `VCODEC_MUTATIONS=1000000 swift test -c release --filter Mutation` is a long run.
@Suite struct MutationTests {
    static let count = ProcessInfo.processInfo.environment["VCODEC_MUTATIONS"].flatMap { Int($0) } ?? 10_000
    /// Tests of so many mutations each, so that a failure names a small one.
    static let batch = 100

    static let sources: [[UInt8]] = {
        let rgb = PixelFormat(.rgb, .eight), grey = PixelFormat(.greyAlpha, .sixteen), rgba = PixelFormat(.rgba, .eight)
        let pictures: [(ImageBuffer, RateTarget, ImageMetadata)] = [
            (Pictures.picture(1, 1, rgb, seed: 1), .quality(50), ImageMetadata()),
            (Pictures.picture(13, 9, rgba, seed: 2), .quality(80), Pictures.metadata),
            (Pictures.picture(40, 20, grey, seed: 3), .quality(20), ImageMetadata()),
            (Pictures.picture(5, 4, grey, seed: 4), .lossless, Pictures.metadata),
            (Pictures.picture(9, 7, rgb, seed: 5), .lossless, ImageMetadata()),
            (Pictures.picture(9, 8, rgb, seed: 6), .maximumError(3), ImageMetadata()),
        ]
        return pictures.map { image, target, metadata in
            var options = EncodingOptions()
            options.target = target
            return try! ImageEncoder(options: options).encode(image, metadata: metadata).bytes
        }
    }()

    /// What became of the mutations of a batch.
    private struct Tally {
        var pictures = 0
        var errors = 0
        var slowest = Duration.zero
    }

    @Test(.timeLimit(.minutes(10)), arguments: 0..<(count + batch - 1) / batch)
    func aMutatedStreamIsRefusedOrShown(seed: Int) {
        var mutation = Mutation(seed: UInt64(seed), sources: Self.sources)
        var options = DecodingOptions()
        options.threads = 1
        options.maximumSampleBytes = 1 << 16
        let decoder = ImageDecoder(options: options)
        var tally = Tally()
        for number in 0..<Self.batch {
            // Half of them with right checks throughout.
            let stream = mutation.next([.none, .chunks, .checks, .chunks][number % 4])
            let start = ContinuousClock.now
            do throws(CodecError) {
                let decoded = try decoder.decode(stream)
                let image = decoded.image
                #expect(image.samples.count == image.width * image.height * image.format.channels.count)
                #expect((0...4).contains(decoded.completeLevels))
                if let end = decoded.truncatedAt { #expect(end <= stream.count) }
                tally.pictures += 1
            } catch {
                if let offset = ErrorCase(error).offset {
                    #expect((0...stream.count).contains(offset), "mutation \(number): \(error)")
                }
                #expect(!error.description.isEmpty)
                tally.errors += 1
            }
            tally.slowest = max(tally.slowest, .now - start)
        }
        #expect(tally.pictures > 0 && tally.errors > 0, "\(tally)")
        #expect(tally.slowest < .seconds(20), "\(tally)")
        if Self.count > 10_000 { print("batch \(seed): \(tally)") }
    }

    /// The mutator itself: repairing an undamaged stream changes nothing.
    @Test func repairingLeavesWholeStreamsAlone() {
        for source in Self.sources { #expect(Mutation.repaired(source) == source) }
    }
}
