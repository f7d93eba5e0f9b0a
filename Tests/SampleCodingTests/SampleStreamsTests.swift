import EntropyCoding
import IntegerKernels
import TestSupport
import Testing

@testable import SampleCoding

/// A picture by the rule that its samples follow.
enum SamplePattern: CaseIterable {
    case constant, noise, waves, edges, extremes, sparse, letters

    func samples(width: Int, height: Int, channels: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return (0..<width * height * channels).map { index in
            let c = index % channels, x = index / channels % width, y = index / channels / width
            return switch self {
            case .constant: 200
            case .noise: UInt8.random(in: 0...255, using: &generator)
            case .waves: UInt8(truncatingIfNeeded: 90 + (x * x / 9 + 3 * y) % 64 + 20 * c + Int.random(in: 0...3, using: &generator))
            case .edges: x > y ? 255 : UInt8(7 + c)
            case .extremes: Bool.random(using: &generator) ? 255 : 0
            case .letters: y % 9 < 6 && (x / 5 &* 0x9E37 ^ y &* 0x79B1) &* 0x85EB >> 6 & 3 == 0 ? UInt8(30 * c) : 240
            case .sparse: Int.random(in: 0..<20, using: &generator) == 0 ? 128 : 1
            }
        }
    }
}

@Suite struct SampleStreamsTests {
    private static func streams(_ width: Int, _ height: Int, _ channels: Int, step: Int, copies: Bool = false, threads: Int = 1,
        kernels: KernelImplementation = .best) -> SampleStreams {
        SampleStreams(
            width: width, height: height, channels: channels, step: step, copies: copies,
            engine: IntegerEngine(implementation: kernels, threads: threads))
    }

    private func decoded(_ coder: SampleStreams, _ streams: [[UInt8]]) -> [UInt8] {
        Array(coder.decode(streams.map { $0[...] }).joined())
    }

    @Test(arguments: SamplePattern.allCases, [(1, false), (3, false), (1, true), (3, true)])
    func exactSamplesComeBack(pattern: SamplePattern, kind: (channels: Int, copies: Bool)) {
        let channels = kind.channels
        var generator = SeededGenerator(seed: 21)
        let more = (0..<12).map { _ in
            (Int.random(in: 1...40, using: &generator), Int.random(in: 1...40, using: &generator))
        }
        for (width, height) in [(1, 1), (1, 2), (2, 1), (1, 30), (30, 1), (2, 2), (3, 5)] + more {
            let samples = pattern.samples(width: width, height: height, channels: channels, seed: UInt64(width * 64 + height))
            let coder = Self.streams(width, height, channels, step: 1, copies: kind.copies)
            for logBands in 0...3 {
                let coded = coder.encode(samples, logBands: logBands)
                #expect(coded.count == 1 << logBands)
                #expect(decoded(coder, coded) == samples, "\(width) × \(height), \(logBands)")
            }
        }
    }

    @Test(arguments: SamplePattern.allCases, [3, 5, 17, 101, 255])
    func nearSamplesStayWithinTheirError(pattern: SamplePattern, step: Int) {
        for (width, height, channels, copies) in [(1, 1, 3, false), (23, 17, 3, false), (23, 17, 3, true), (19, 21, 1, true)] {
            let samples = pattern.samples(width: width, height: height, channels: channels, seed: 5)
            let coder = Self.streams(width, height, channels, step: step, copies: copies)
            let decoded = decoded(coder, coder.encode(samples, logBands: 0))
            let worst = zip(samples, decoded).map { abs(Int($0) - Int($1)) }.max()!
            #expect(worst <= step / 2)
        }
    }

    @Test(arguments: 0...3, [(1, false), (3, true)]) func aRectangleIsAPartOfTheWhole(logBands: Int, kind: (channels: Int, copies: Bool)) {
        let (width, height, channels) = (31, 26, kind.channels)
        let samples = SamplePattern.letters.samples(width: width, height: height, channels: channels, seed: 4)
        let coder = Self.streams(width, height, channels, step: 1, copies: kind.copies, threads: 2)
        let coded = coder.encode(samples, logBands: logBands).map { $0[...] }
        for (rows, columns) in [(0..<26, 0..<31), (0..<1, 30..<31), (25..<26, 0..<1), (5..<20, 7..<9), (13..<14, 3..<31)] {
            let bands = coder.decode(coded, rows: rows, columns: columns)
            let expected = rows.flatMap { y in samples[(y * width + columns.lowerBound) * channels..<(y * width + columns.upperBound) * channels] }
            #expect(Array(bands.joined()) == expected, "\(rows), \(columns)")
            let touched = (0..<1 << logBands).filter { ((height * $0) >> logBands..<(height * ($0 + 1)) >> logBands).overlaps(rows) }
            #expect(bands.indices.filter { !bands[$0].isEmpty } == touched)
        }
    }

    @Test func kernelsAndThreadsDoNotChangeTheBytes() {
        let samples = SamplePattern.waves.samples(width: 50, height: 40, channels: 3, seed: 3)
        let expected = Self.streams(50, 40, 3, step: 1, kernels: .reference).encode(samples, logBands: 2)
        for kernels in KernelImplementation.available {
            for threads in [1, 3] {
                let coder = Self.streams(50, 40, 3, step: 1, threads: threads, kernels: kernels)
                #expect(coder.encode(samples, logBands: 2) == expected, "\(kernels), \(threads)")
            }
        }
    }

    @Test(arguments: [1, 3], [(1, false), (9, false), (1, true), (9, true)])
    func anyBytesDecode(channels: Int, kind: (step: Int, copies: Bool)) {
        var generator = SeededGenerator(seed: 8)
        for length in [0, 1, 5, 80, 3000] {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let coder = Self.streams(13, 11, channels, step: kind.step, copies: kind.copies)
            #expect(decoded(coder, [bytes, [255, 255, 255, 255, 255, 255]]).count == 13 * 11 * channels)
        }
    }

    @Test func repeatedColorsTakeFewerBytesAsCopies() {
        let samples = SamplePattern.letters.samples(width: 160, height: 120, channels: 3, seed: 1)
        let (copied, predicted) = (
            Self.streams(160, 120, 3, step: 1, copies: true).encode(samples, logBands: 0)[0].count,
            Self.streams(160, 120, 3, step: 1).encode(samples, logBands: 0)[0].count)
        #expect(2 * copied < predicted, "\(copied), \(predicted)")
    }

    /// Values 40 and 43 are one colour to a step of 7, so that only the first pixel is new.
    @Test func nearColorsAreTakenWithinTheError() {
        let samples = (0..<900).map { UInt8($0 % 2 == 0 ? 40 : 43) }
        let coder = Self.streams(30, 30, 1, step: 7, copies: true)
        let coded = coder.encode(samples, logBands: 0)
        #expect(Set(decoded(coder, coded)).count == 1)
    }

    @Test func smoothPicturesTakeFewBytes() {
        let samples = SamplePattern.waves.samples(width: 96, height: 96, channels: 3, seed: 1)
        let coded = Self.streams(96, 96, 3, step: 1).encode(samples, logBands: 0)
        // Two bits a sample are noise that nothing predicts.
        #expect(Double(coded[0].count * 8) / Double(samples.count) < 2.9)
        #expect(Self.streams(96, 96, 3, step: 1).encode([UInt8](repeating: 9, count: 96 * 96 * 3), logBands: 0)[0].count < 250)
    }
}

@Suite struct SampleTablesTests {
    @Test func constantsAreWhatTheTextSays() {
        for i in 0...256 {
            #expect(LogisticTables.mantissaLogarithms[i] == Int32((128 * log2(1 + Double(i) / 256)).rounded()))
        }
        for i in 0..<256 {
            #expect(LogisticTables.fractionalPowers[i] == UInt32((65536 * exp2(Double(i) / 256)).rounded()))
        }
    }

    @Test func curvesAreClose() {
        for i in 0..<4096 {
            let tail = 16_777_216 / (1 + exp2(Double(i) / 256))
            #expect(abs(Double(LogisticTables.tails[i]) - tail) <= 2 + tail / 50_000)
            let p = (Double(i) + 0.5) / 4096
            #expect(abs(Double(LogisticTables.stretched[i]) - 128 * log2(p / (1 - p))) < 2)
        }
        for odds in -2047...2047 {
            let probability = 65536 / (1 + exp2(-Double(odds) / 128))
            #expect(abs(Double(LogisticTables.squashed[odds + 2048]) - probability) < 2)
            #expect(1...65535 ~= LogisticTables.squashed[odds + 2048])
        }
        for i in 1..<4096 { #expect(abs(Double(SampleTables.coarseLogarithms[i]) - 16 * log2(Double(i))) < 1.1) }
    }
}

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif
