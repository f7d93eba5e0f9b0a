internal import IntegerKernels

/// A network with the places of its inputs and its logits (SPEC §18).
@safe final class NetworkCall {
    private static let width = 32
    private static let limit = 8191

    private let network: Perceptron
    /// In 1/256, zeros after the last one.
    let inputs = UnsafeMutablePointer<Int16>.allocate(capacity: width)
    let logits = UnsafeMutablePointer<Int32>.allocate(capacity: width)

    init(_ network: Perceptron) {
        self.network = network
        unsafe inputs.initialize(repeating: 0, count: Self.width)
        unsafe logits.initialize(repeating: 0, count: Self.width)
    }

    deinit {
        unsafe inputs.deallocate()
        unsafe logits.deallocate()
    }

    @inline(__always)
    func set(_ index: Int, _ value: Int) {
        unsafe inputs[index] = Int16(truncatingIfNeeded: min(max(value, -Self.limit), Self.limit))
    }

    /// From ``inputs`` to ``logits``.
    @inline(__always)
    func evaluate() { unsafe network.evaluate(inputs, into: logits) }

    @inline(__always)
    func logit(_ index: Int) -> Int32 { unsafe logits[index] }
}
