import TestSupport
import Testing

@testable import EntropyCoding

/// A plane that tests code, by the rule that its samples follow.
enum PlanePattern: CaseIterable {
    case constant, noise, gradient, edges, extremes, sparse

    func samples(width: Int, height: Int, bitDepth: Int, seed: UInt64) -> [UInt16] {
        var generator = SeededGenerator(seed: seed)
        let top = bitDepth == 8 ? UInt16(255) : 65535
        return (0..<width * height).map { index in
            let x = index % width, y = index / width
            return switch self {
            case .constant: top / 3
            case .noise: UInt16.random(in: 0...top, using: &generator)
            case .gradient: UInt16(truncatingIfNeeded: 3 * x + 5 * y + Int.random(in: 0...2, using: &generator)) & top
            case .edges: x > y ? top : 7
            case .extremes: Bool.random(using: &generator) ? top : 0
            case .sparse: Int.random(in: 0..<20, using: &generator) == 0 ? top / 2 : 1
            }
        }
    }
}

@Suite struct PlaneCoderTests {
    @Test(arguments: PlanePattern.allCases, [8, 16])
    func decodesWhatTheEncoderWrote(pattern: PlanePattern, bitDepth: Int) throws {
        var generator = SeededGenerator(seed: 11)
        let sizes = [(1, 1), (1, 2), (2, 1), (1, 40), (40, 1), (2, 2)]
        let more = (0..<30).map { _ in
            (Int.random(in: 1...40, using: &generator), Int.random(in: 1...40, using: &generator))
        }
        for (width, height) in sizes + more {
            let seed = UInt64(width * 64 + height)
            let samples = pattern.samples(width: width, height: height, bitDepth: bitDepth, seed: seed)
            let plane = PlaneEncoder.encode(samples, width: width, bitDepth: bitDepth)
            let decoded = try PlaneDecoder.decode(plane, width: width, height: height, bitDepth: bitDepth)
            #expect(decoded == samples, "\(width) × \(height)")
        }
    }

    @Test(arguments: [(8, 0), (8, 255), (16, 0), (16, 65535)] as [(Int, UInt16)])
    func planeOfOneValueIsConstant(bitDepth: Int, value: UInt16) throws {
        let samples = [UInt16](repeating: value, count: 35)
        let plane = PlaneEncoder.encode(samples, width: 7, bitDepth: bitDepth)
        #expect(plane == .constant(value))
        #expect(try PlaneDecoder.decode(plane, width: 7, height: 5, bitDepth: bitDepth) == samples)
    }

    @Test(arguments: 0..<35)
    func oneOtherSampleAnywhereIsKept(position: Int) throws {
        var samples = [UInt16](repeating: 255, count: 35)
        samples[position] = 254
        let plane = PlaneEncoder.encode(samples, width: 7, bitDepth: 8)
        #expect(try PlaneDecoder.decode(plane, width: 7, height: 5, bitDepth: 8) == samples)
    }

    /// Made by the encoder of `Tools/refdec/test_refdec.py`.
    @Test func writesTheBytesOfTheSpecification() {
        let eight: [UInt16] = [10, 12, 13, 200, 11, 11, 14, 199, 0, 255, 14, 198]
        #expect(
            PlaneEncoder.encode(eight, width: 4, bitDepth: 8)
                == .stream([0x39, 0x10, 0x41, 0xAB, 0xE7, 0x86, 0x49, 0x7E, 0x27]))
        let sixteen: [UInt16] = [1000, 1200, 65535, 0, 32768, 1100]
        #expect(
            PlaneEncoder.encode(sixteen, width: 3, bitDepth: 16)
                == .stream([
                    0x3F, 0xEF, 0x41, 0xFD, 0x22, 0x11, 0xB8, 0x42, 0x04, 0xC6, 0x0D, 0xFA, 0xD3, 0xEF, 0x75, 0x1F,
                    0xB8,
                ]))
    }

    @Test func smoothPlanesTakeFewBits() {
        let samples = PlanePattern.edges.samples(width: 256, height: 256, bitDepth: 8, seed: 0)
        guard case .stream(let bytes) = PlaneEncoder.encode(samples, width: 256, bitDepth: 8) else {
            Issue.record("a plane of two values is a stream")
            return
        }
        #expect(bytes.count < 700)
    }

    @Test(arguments: [8, 16], 0..<50)
    func anyBytesGiveSamplesOrAnError(bitDepth: Int, seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let bytes = (0..<200).map { _ in UInt8.random(in: 0...255, using: &generator) }
        do {
            let plane = CodedPlane.stream(bytes[...])
            let samples = try PlaneDecoder.decode(plane, width: 20, height: 20, bitDepth: bitDepth)
            #expect(samples.allSatisfy { bitDepth == 16 || $0 < 256 })
        } catch PlaneError.residualOutOfRange(let row) {
            #expect(0..<20 ~= row)
        }
    }

    @Test func residualThatNoSampleHasIsRefused() {
        // A magnitude of 2^8 in a plane of 8 bits.
        var encoder = RangeEncoder()
        var contexts = ResidualContexts()
        contexts.encode(0, context: 0, into: &encoder)
        contexts.encode(256, context: 0, into: &encoder)
        let plane = CodedPlane.stream(encoder.finish()[...])
        #expect(throws: PlaneError.residualOutOfRange(row: 1)) {
            try PlaneDecoder.decode(plane, width: 1, height: 3, bitDepth: 8)
        }
    }
}
