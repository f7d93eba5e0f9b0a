import BitstreamFormat
import IntegerKernels
import Testing
import TestSupport

@testable import SpectralCoding

@Suite struct SpectralSignalTests {
    /// A signal in two pieces is the whole, sample for sample.
    @Test(arguments: 1...20) func piecesJoin(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let superframe = 256 << Int.random(in: 0...3, using: &generator)
        let counts = (0..<Int.random(in: 1...4, using: &generator)).map { _ in Int.random(in: 1...3, using: &generator) }
        let all = counts.reduce(0, +)
        let splits = (0..<2).map { _ in (0..<all).map { _ in Int.random(in: 0...4, using: &generator) } }
        let values = (0..<2).map { _ in (0..<all * superframe).map { _ in Int32.random(in: -1_000_000...1_000_000, using: &generator) } }
        let frames = all * superframe - Int.random(in: 0..<superframe, using: &generator)

        var whole = SpectralSignal(channels: values, splits: splits, superframe: superframe)
        whole.unfoldInside(kernel: .best)
        var joiner = SignalJoiner(kernel: .best)
        var joined = [[Int32]](repeating: [], count: 2)
        var start = 0
        for count in counts {
            let range = start..<start + count
            var piece = SpectralSignal(
                channels: values.map { Array($0[range.lowerBound * superframe..<range.upperBound * superframe]) },
                splits: splits.map { Array($0[range]) }, superframe: superframe)
            piece.unfoldInside(kernel: .best)
            let part = joiner.append(piece, frames: min(count * superframe, frames - start * superframe))
            for channel in 0..<2 { joined[channel] += part[channel] }
            start += count
        }
        let rest = joiner.finish()
        for channel in 0..<2 { #expect(joined[channel] + rest[channel] == Array(whole.channels[channel][..<frames])) }
    }

    @Test func superframesLastSomeFortyMilliseconds() {
        let expected = [
            2000: 256, 8000: 256, 11025: 512, 16000: 512, 20500: 512, 20501: 1024, 32000: 1024, 44100: 2048, 48000: 2048, 82000: 2048,
            96000: 4096, 192_000: 8192, 1_048_575: 16384,
        ]
        for (rate, length) in expected { #expect(SoundHeader.superframe(sampleRate: rate) == length, "\(rate)") }
    }

    @Test(arguments: [4000, 8000, 24000, 44100, 96000, 700_000]) func bandsCoverWhatIsCoded(sampleRate: Int) {
        for split in SpectralLayout(model: Spectra.model, sampleRate: sampleRate).splits {
            for ranges in [split.bands.map { $0.low..<$0.high }, split.stereoBands] {
                #expect(ranges.first?.lowerBound == 0 && ranges.last?.upperBound == split.coded)
                #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
            }
            #expect(split.coded == min(split.length, 2048 >> split.split))
            #expect(split.bands.allSatisfy { $0.cells.upperBound <= 256 && !$0.cells.isEmpty })
        }
    }
}
