import Foundation
import Testing

@testable import IntegerKernels

@Suite struct BlockOverlapTests {
    @Test(arguments: KernelImplementation.available, CosineTransform.lengths.sorted())
    func everyKernelRotatesTheSame(kernel: KernelImplementation, length: Int) {
        var generator = SeededGenerator(seed: length)
        let reference = BlockOverlap(length: length, kernel: .reference)
        let tested = BlockOverlap(length: length, kernel: kernel)
        for signal in Signal.allCases {
            for before in [0, 3] {
                let x = signal.values(before + length + 7, using: &generator), boundary = before + length / 2
                var expected = x, result = x
                reference.unfold(&expected, at: boundary)
                tested.unfold(&result, at: boundary)
                #expect(result == expected && result != x, "\(signal)")
                reference.fold(&expected, at: boundary)
                tested.fold(&result, at: boundary)
                #expect(result == expected, "\(signal)")
                #expect(result[..<before] == x[..<before] && result.suffix(7) == x.suffix(7))
            }
        }
    }

    @Test func turnsByTheWindowsAngle() {
        let length = 64, l: Int32 = 300_000, r: Int32 = -4_000_000
        var x = [Int32](repeating: l, count: 32) + [Int32](repeating: r, count: 32)
        BlockOverlap(length: length, kernel: .best).unfold(&x, at: 32)
        for i in 0..<32 {
            let angle = Double.pi / 2 * (Double(length) / 2 + Double(i) + 0.5) / Double(length)
            #expect(x[32 + i] == Int32((sin(angle) * Double(r) - cos(angle) * Double(l)).rounded()))
            #expect(x[31 - i] == Int32((sin(angle) * Double(l) + cos(angle) * Double(r)).rounded()))
        }
    }

    @Test(arguments: CosineTransform.lengths.sorted())
    func foldingUndoesUnfolding(length: Int) {
        var generator = SeededGenerator(seed: length + 1)
        let overlap = BlockOverlap(length: length, kernel: .best)
        let x = Signal.loud.values(length, using: &generator)
        var result = x
        overlap.unfold(&result, at: length / 2)
        overlap.fold(&result, at: length / 2)
        #expect(zip(x, result).allSatisfy { abs($0 - $1) <= 1 })
        overlap.fold(&result, at: length / 2)
        overlap.unfold(&result, at: length / 2)
        #expect(zip(x, result).allSatisfy { abs($0 - $1) <= 2 })
    }
}

@Suite struct PairRotationTests {
    @Test(arguments: 0..<16)
    func turnsByTheAngle(angle: Int) {
        var generator = SeededGenerator(seed: angle)
        let rotation = PairRotation(angle: angle), radians = Double.pi * Double(angle) / 16
        let first = Signal.loud.values(50, using: &generator), second = Signal.loud.values(50, using: &generator)
        var (left, right) = (first, second)
        rotation.restore(&left, &right, in: 7..<44)
        for i in 0..<50 {
            let x = Double(first[i]), y = Double(second[i]), isInside = 7..<44 ~= i
            #expect(abs(Double(left[i]) - (isInside ? cos(radians) * x - sin(radians) * y : x)) < 0.51)
            #expect(abs(Double(right[i]) - (isInside ? sin(radians) * x + cos(radians) * y : y)) < 0.51)
        }
        rotation.turn(&left, &right, in: 7..<44)
        #expect(zip(first + second, left + right).allSatisfy { abs($0 - $1) <= 1 })
    }

    @Test func greatestValuesWrapAround() {
        // Cosine and sine of π/4 are 759250125 · 2^-30.
        var first: [Int32] = [.min, .max, .min], second: [Int32] = [.max, .max, .min]
        let expected: [(Int32, Int32)] = zip(first, second).map { x, y in
            let c = Int64(759_250_125)
            let results = [c * Int64(x) - c * Int64(y), c * Int64(x) + c * Int64(y)]
            let rounded = results.map { Int32(truncatingIfNeeded: ($0 + 1 << 29) >> 30) }
            return (rounded[0], rounded[1])
        }
        PairRotation(angle: 4).restore(&first, &second, in: 0..<3)
        #expect(first == expected.map(\.0) && second == expected.map(\.1))
        #expect(first[0] > 0 && second[1] < 0)
    }
}
