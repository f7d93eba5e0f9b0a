internal import CKernels

/// A layer of a perceptron (SPEC §18).
package struct PerceptronLayer: Sendable {
    package let inputs: Int
    package let outputs: Int
    /// `[outputs][inputs]`
    package let weights: [Int16]
    /// `[outputs]`
    package let biases: [Int32]
    /// 1 … 30.
    package let shift: Int

    /// Sums that SPEC §18 refuses wrap around; who reads a model refuses them.
    ///
    /// - Parameters:
    ///   - inputs: up to 32, as `outputs`.
    ///   - weights: `[outputs][inputs]`
    package init(inputs: Int, outputs: Int, weights: [Int16], biases: [Int32], shift: Int) {
        precondition(1...Perceptron.width ~= inputs && 1...Perceptron.width ~= outputs && 1...30 ~= shift, "as SPEC §18 needs")
        precondition(weights.count == outputs * inputs && biases.count == outputs, "a layer is complete")
        self.inputs = inputs
        self.outputs = outputs
        self.weights = weights
        self.biases = biases
        self.shift = shift
    }
}

/// Three layers of integers that turn features into the logits of decisions (SPEC §18).
package struct Perceptron: Sendable {
    /// Values between layers, and the most at both ends.
    package static let width = Int(VC_PERCEPTRON_WIDTH)

    package let inputs: Int
    package let outputs: Int
    private let layers: [PerceptronLayer]
    private let packed: PackedPerceptron

    /// - Parameter layers: three, of up to 32 → 32, 32 → 32 and 32 → up to 32 values.
    package init(_ layers: [PerceptronLayer], kernel: KernelImplementation) {
        precondition(layers.count == 3 && layers.dropLast().allSatisfy { $0.outputs == Self.width }, "three layers")
        precondition(layers.dropFirst().allSatisfy { $0.inputs == Self.width }, "layers fit each other")
        inputs = layers[0].inputs
        outputs = layers[2].outputs
        self.layers = layers
        packed = PackedPerceptron(layers, kernel)
    }

    /// - Parameters:
    ///   - inputs: `[32]`, zeros after the last one.
    ///   - logits: `[32]`, zeros after the last one.
    package func evaluate(_ inputs: UnsafePointer<Int16>, into logits: UnsafeMutablePointer<Int32>) {
        if let kernels = unsafe packed.kernels {
            unsafe kernels.pointee.perceptron(packed.value, inputs, logits)
        } else {
            unsafe ReferenceKernels.perceptron(layers, inputs, into: logits)
        }
    }
}

/// A perceptron in the order in which vector kernels read it. Made once, when a model is loaded, and never changed.
@safe private final class PackedPerceptron: @unchecked Sendable {
    /// Nil for the reference.
    let kernels: UnsafePointer<vc_kernels>?
    let value: UnsafeMutablePointer<vc_perceptron>
    /// `[3][16][32][2]`, then `[3][32]` biases.
    private let memory: UnsafeMutableRawPointer

    init(_ layers: [PerceptronLayer], _ kernel: KernelImplementation) {
        unsafe kernels = kernel.kernels
        let width = Perceptron.width, count = layers.count * width * width
        unsafe memory = .allocate(byteCount: 2 * count + 4 * layers.count * width, alignment: 64)
        let weights = unsafe memory.initializeMemory(as: Int16.self, repeating: 0, count: count)
        let biases = unsafe (memory + 2 * count).initializeMemory(as: Int32.self, repeating: 0, count: layers.count * width)
        for (number, layer) in layers.enumerated() {
            for n in 0..<layer.outputs {
                for k in 0..<layer.inputs {
                    let at = number * width * width + k / 2 * (2 * width) + 2 * n + k % 2
                    unsafe weights[at] = layer.weights[n * layer.inputs + k]
                }
                unsafe biases[number * width + n] = layer.biases[n]
            }
        }
        let shifts = layers.map { Int32($0.shift) }
        unsafe value = .allocate(capacity: 1)
        unsafe value.initialize(
            to: vc_perceptron(
                weights: weights, biases: biases, pairs: Int32(layers[0].inputs + 1) / 2, outputs: Int32(layers[2].outputs),
                shifts: (shifts[0], shifts[1], shifts[2])))
    }

    deinit {
        unsafe value.deallocate()
        unsafe memory.deallocate()
    }
}

extension ReferenceKernels {
    static func perceptron(_ layers: [PerceptronLayer], _ inputs: UnsafePointer<Int16>, into logits: UnsafeMutablePointer<Int32>) {
        var x = (0..<layers[0].inputs).map { unsafe inputs[$0] }
        for layer in layers.dropLast() { x = perceptronLayer(layer, x, limits: 0...32767).map { Int16($0) } }
        let results = perceptronLayer(layers[2], x, limits: -2047...2047)
        for n in 0..<Perceptron.width { unsafe logits[n] = n < results.count ? results[n] : 0 }
    }

    /// `clamp(R(bias + Σ w·x, shift))`, the sum mod 2^32.
    private static func perceptronLayer(_ layer: PerceptronLayer, _ x: [Int16], limits: ClosedRange<Int64>) -> [Int32] {
        (0..<layer.outputs).map { n in
            let sum = x.indices.reduce(layer.biases[n]) { $0 &+ Int32(layer.weights[n * x.count + $1]) &* Int32(x[$1]) }
            let scaled = (Int64(sum) + 1 << (layer.shift - 1)) >> layer.shift
            return Int32(min(max(scaled, limits.lowerBound), limits.upperBound))
        }
    }
}
