@testable import IntegerKernels
import Testing

@Suite struct RowProductsTests {
    /// Also where sums are as great as they get: rows of 65 535 and their like.
    @Test(arguments: KernelImplementation.available, [1, 2, 3, 4, 5, 8, 33])
    func everyKernelMultipliesTheSame(kernel: KernelImplementation, count: Int) {
        var generator = SeededGenerator(seed: count)
        for (length, width) in [(0, 16), (1, 16), (16, 16), (17, 32), (32, 32), (63, 64), (64, 64)] {
            for least in [UInt16(0), 65535] {
                let rows = (0..<count * width).map { _ in UInt16.random(in: least...65535, using: &generator) }
                let table = (0..<length * width).map { _ in UInt16.random(in: least...65535, using: &generator) }
                var expected = [UInt32](repeating: 0, count: count * width)
                for row in 0..<count {
                    for i in 0..<length {
                        for column in 0..<width {
                            expected[row * width + column] &+=
                                UInt32(rows[row * width + i]) &* UInt32(table[i * width + column])
                        }
                    }
                }
                var result = [UInt32](repeating: 7, count: count * width)
                unsafe kernel.multiply(rows, by: table, count: count, length: length, width: width, into: &result)
                #expect(result == expected)
            }
        }
    }
}
