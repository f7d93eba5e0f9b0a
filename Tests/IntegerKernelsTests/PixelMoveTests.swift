@testable import IntegerKernels
import Testing

@Suite struct PixelMoveTests {
    @Test(arguments: [1, 2, 3, 8])
    func depthToSpaceMovesEveryChannelWhereTheSpecificationSays(f: Int) {
        var random = SeededGenerator(seed: f)
        let x = random.feature(3, 4, 5 * f * f, .wild)
        let y = x.depthToSpace(by: f)
        #expect(y.height == 3 * f && y.width == 4 * f && y.channels == 5)
        for (row, column, channel) in positions(of: x) {
            let (u, v, c) = (channel / (5 * f), channel / 5 % f, channel % 5)
            #expect(y[row * f + u, column * f + v, c] == x[row, column, channel])
        }
        #expect(y.spaceToDepth(by: f).values == x.values)
    }

    @Test(arguments: [Phase.all, .even, .odd], 1...5)
    func scatterPutsBackWhatWasGathered(phase: Phase, width: Int) {
        var random = SeededGenerator(seed: width)
        let x = random.feature(3, width, 4, .wild)
        let gathered = x.gathered(phase)
        let y = phase == .all ? x : Feature(height: 3, width: width, repeating: [0, 0, 0, 0])
        y.scatter(gathered, phase)
        for (row, column, channel) in positions(of: x) {
            let active = phase == .all || (row + column) % 2 == (phase == .even ? 0 : 1)
            #expect(y[row, column, channel] == (active ? x[row, column, channel] : 0))
        }
    }

    @Test func aRectangleIsCutOut() {
        var random = SeededGenerator(seed: 6)
        let x = random.feature(5, 7, 3, .wild)
        for (rows, columns) in [(0..<5, 0..<7), (4..<5, 6..<7), (1..<4, 0..<2)] {
            let y = x.cropped(rows: rows, columns: columns)
            #expect(y.height == rows.count && y.width == columns.count && y.channels == 3)
            for (row, column, channel) in positions(of: y) {
                #expect(y[row, column, channel] == x[rows.lowerBound + row, columns.lowerBound + column, channel])
            }
        }
    }

    /// Kernels load whole cache lines.
    @Test(arguments: 1...9) func valuesAreAligned(size: Int) {
        #expect(unsafe Int(bitPattern: Feature(height: size, width: 3 * size, channels: 16).base) % 64 == 0)
    }

    private func positions(of x: Feature) -> [(Int, Int, Int)] {
        (0..<x.height).flatMap { row in
            (0..<x.width).flatMap { column in (0..<x.channels).map { (row, column, $0) } }
        }
    }
}
