import Foundation
import Testing

@testable import IntegerKernels

/// Kinds of 32-bit values.
enum Signal: CaseIterable {
    case quiet, loud, anything, ends

    func values(_ count: Int, using generator: inout SeededGenerator) -> [Int32] {
        (0..<count).map { _ in
            switch self {
            case .quiet: Int32.random(in: -40...40, using: &generator)
            case .loud: Int32.random(in: -1 << 22...1 << 22, using: &generator)
            case .anything: Int32(truncatingIfNeeded: generator.next())
            case .ends: [Int32.min, .min + 1, -1, 0, 1, .max - 1, .max].randomElement(using: &generator)!
            }
        }
    }
}

@Suite struct CircleAngleTests {
    /// Nothing comes within 5·10^-6 of a half, and the error of a double is below that.
    @Test func sinesAreRounded() {
        for turn in 0...1 << 17 {
            let angle = CircleAngle(turn, over: 1 << 17), radians = Double.pi * Double(turn) / 131072
            for (factor, scale) in [(CircleAngle.Factor.one, 0x1p30), (.rootOfHalf, 0x1p30 * 0.5.squareRoot())] {
                let sine = scale * sin(radians), cosine = scale * cos(radians)
                guard angle.sine(factor) == Int32(sine.rounded()), angle.cosine(factor) == Int32(cosine.rounded()) else {
                    Issue.record("turn \(turn): \(angle.sine(factor)), \(angle.cosine(factor)), not \(sine), \(cosine)")
                    return
                }
            }
        }
    }

    @Test func anglesAreOneScale() {
        #expect(CircleAngle(1, over: 2).turn == 65536)
        #expect(CircleAngle(1, over: 1).cosine() == -1 << 30)
        #expect(CircleAngle(3, over: 16).turn == 3 << 13)
    }
}

@Suite struct CosineTransformTests {
    @Test(arguments: KernelImplementation.available, CosineTransform.lengths.sorted())
    func everyKernelTransformsTheSame(kernel: KernelImplementation, length: Int) {
        var generator = SeededGenerator(seed: length)
        let reference = CosineTransform(length: length, kernel: .reference)
        let tested = CosineTransform(length: length, kernel: kernel)
        for signal in Signal.allCases {
            for start in [0, 1, 13] {
                let x = signal.values(start + length + 5, using: &generator)
                var expected = x, result = x
                reference.transform(&expected, at: start)
                tested.transform(&result, at: start)
                #expect(result == expected && result != x, "\(signal), start \(start)")
                #expect(result[..<start] == x[..<start] && result.suffix(5) == x.suffix(5))
            }
        }
    }

    /// Beyond it no rounding error of a transform, or of one and its inverse, has been seen; they grow with the steps.
    private static func error(_ length: Int) -> Double { 3 + 0.5 * Double(length.trailingZeroBitCount) }

    @Test(arguments: [8, 16, 64, 256, 512])
    func isTheCosineTransform(length: Int) {
        var generator = SeededGenerator(seed: length + 1)
        let x = Signal.loud.values(length, using: &generator)
        var result = x
        CosineTransform(length: length, kernel: .reference).transform(&result, at: 0)
        for k in 0..<length {
            let exact = (2 / Double(length)).squareRoot() * (0..<length).reduce(0.0) { sum, n in
                // Within a whole turn, where the library's cosine errs least.
                sum + Double(x[n]) * cos(Double.pi * Double((2 * n + 1) * (2 * k + 1) % (8 * length)) / Double(4 * length))
            }
            #expect(abs(exact - Double(result[k])) < Self.error(length), "\(k): \(result[k]), not \(exact)")
        }
    }

    @Test(arguments: CosineTransform.lengths.sorted())
    func isItsOwnInverse(length: Int) {
        var generator = SeededGenerator(seed: length + 2)
        let transform = CosineTransform(length: length, kernel: .best)
        for signal in [Signal.quiet, .loud] {
            let x = signal.values(length, using: &generator)
            var result = x
            transform.transform(&result, at: 0)
            transform.transform(&result, at: 0)
            let errors = zip(x, result).map { Double($0) - Double($1) }
            #expect(errors.allSatisfy { abs($0) < Self.error(length) }, "\(signal)")
            #expect(errors.reduce(0) { $0 + $1 * $1 } < 6 * Double(length), "\(signal)")
        }
    }
}
