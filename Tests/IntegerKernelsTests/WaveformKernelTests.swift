import Testing

@testable import IntegerKernels

@Suite struct WaveformKernelTests {
    /// 24 bits at most: full scale, loud or quiet.
    private static func waveform(_ round: Int, count: Int, using generator: inout SeededGenerator) -> [Int32] {
        let top: Int32 = [1 << 23, 40_000, 3, 1 << 23][round % 4]
        var level: Int32 = 0
        return (0..<count).map { _ in
            if round % 4 == 3 { return Bool.random(using: &generator) ? top - 1 : -top }
            level = min(max(level + Int32.random(in: -top / 4 - 1...top / 4 + 1, using: &generator), -top), top - 1)
            return level
        }
    }

    @Test(arguments: KernelImplementation.available, [false, true])
    func everyKernelSolvesTheSame(kernel: KernelImplementation, hasPartner: Bool) {
        var generator = SeededGenerator(seed: 91)
        for round in 0..<8 {
            let reference = WaveformSquares(kernel: .reference), tested = WaveformSquares(kernel: kernel)
            let own = Self.waveform(round, count: 40 + 64 * 6, using: &generator)
            // A partner that is the same signal makes the equations singular.
            let other = round >= 4 ? own : Self.waveform(round + 1, count: own.count, using: &generator)
            unsafe own.withUnsafeBufferPointer { own in
                unsafe other.withUnsafeBufferPointer { other in
                    for start in stride(from: 40, to: own.count, by: 64) {
                        let a = unsafe own.baseAddress! + start
                        let b = unsafe hasPartner ? other.baseAddress! + start : nil
                        for t in [0, 17] {
                            unsafe #expect(tested.predict(a + t, b.map { unsafe $0 + t }) == reference.predict(a + t, b.map { unsafe $0 + t }))
                        }
                        unsafe reference.learn(a, b)
                        unsafe tested.learn(a, b)
                    }
                }
            }
            #expect(tested.learnt == reference.learnt, "round \(round)")
        }
    }

    @Test func learnsARecursion() {
        // x[t] = 2·x[t − 1] − x[t − 2] − x[t − 1] / 16, rounded: a sine.
        var x: [Int32] = [Int32](repeating: 0, count: 40) + [9000, 9100]
        while x.count < 40 + 64 * 20 + 1 { x.append(2 * x[x.count - 1] - x[x.count - 2] - x[x.count - 1] / 16) }
        let squares = WaveformSquares(kernel: .best)
        unsafe x.withUnsafeBufferPointer { x in
            for block in 0..<20 { unsafe squares.learn(x.baseAddress! + 40 + 64 * block, nil) }
            let at = 40 + 64 * 20
            unsafe #expect(abs(squares.predict(x.baseAddress! + at, nil) >> 20 - Int64(x[at])) <= 2)
        }
    }

    @Test(arguments: KernelImplementation.available, [16, 32, 80, 256, 1024])
    func everyKernelAdaptsTheSame(kernel: KernelImplementation, taps: Int) {
        var generator = SeededGenerator(seed: taps)
        let design = AdaptiveFilter.Design(taps: taps, scale: 28, pace: 4)
        let reference = AdaptiveFilter(design, kernel: .reference), tested = AdaptiveFilter(design, kernel: kernel)
        var agreed = true
        for round in 0..<4300 {
            let top: Int64 = round % 1000 < 500 ? 32768 : 90
            let value = Int64.random(in: -top...top - 1, using: &generator)
            let extreme = round % 1000 < 100 ? (value < 0 ? -32768 : 32767) : value
            reference.learn(extreme)
            tested.learn(extreme)
            agreed = agreed && tested.prediction == reference.prediction
        }
        #expect(agreed)
    }

    @Test func filtersLearnADelay() {
        var generator = SeededGenerator(seed: 6)
        let filter = AdaptiveFilter(AdaptiveFilter.Design(taps: 32, scale: 26, pace: 5), kernel: .best)
        var values = [Int64](repeating: 0, count: 20)
        var last: Int64 = 0
        for _ in 0..<20_000 {
            let next = values[values.count - 20] / 2 + Int64.random(in: -1000...1000, using: &generator)
            last = filter.prediction - values[values.count - 20] / 2
            filter.learn(next)
            values.append(next)
        }
        #expect(abs(last) < 300)
    }
}
