import Testing

@testable import IntegerKernels

@Suite struct LeastSquaresPredictorTests {
    @Test(arguments: KernelImplementation.available, [1, 6, 10])
    func everyKernelLearnsTheSame(kernel: KernelImplementation, shift: Int) {
        let reference = LeastSquaresPredictor(shift: shift, kernel: .reference)
        let tested = LeastSquaresPredictor(shift: shift, kernel: kernel)
        var generator = SeededGenerator(seed: 31)
        for round in 0..<3000 {
            // Now and then as extreme as a picture can be.
            let top: Int32 = round % 500 < 20 ? 255 : 30
            let features = (0..<16).map { _ in Int32.random(in: -top...top, using: &generator) }
            let sample = Int32.random(in: -255...255, using: &generator) * (round % 500 < 20 ? 64 : 7)
            let gain = Int32.random(in: 1...31, using: &generator)
            let predicted = unsafe reference.predict(features)
            let other = unsafe tested.predict(features)
            #expect(other == predicted)
            unsafe reference.learn(features, error: sample - predicted, gain: gain)
            unsafe tested.learn(features, error: sample - predicted, gain: gain)
        }
        #expect(tested.learnt == reference.learnt)
    }

    @Test(arguments: [6, 10])
    func learnsALinearRule(shift: Int) {
        let predictor = LeastSquaresPredictor(shift: shift, kernel: .best)
        var generator = SeededGenerator(seed: 5)
        var last: Int32 = 0
        for _ in 0..<4000 {
            let features = (0..<16).map { _ in Int32.random(in: -40...40, using: &generator) }
            let target = 64 * (features[0] + features[1] / 2 - features[2])
            last = unsafe target - predictor.predict(features)
            unsafe predictor.learn(features, error: last, gain: 16)
        }
        #expect(abs(last) < 64)
    }

    @Test func extremesStayInRange() {
        let predictor = LeastSquaresPredictor(shift: 10, kernel: .reference)
        let features = [Int32](repeating: 255, count: 16)
        for round in 0..<20000 {
            let target: Int32 = round % 7 < 3 ? 255 * 64 : -255 * 64
            unsafe predictor.learn(features, error: target - predictor.predict(features), gain: 31)
        }
        #expect(predictor.learnt[32...].allSatisfy { 0...Int64(Int32.max) ~= $0 })
    }
}
