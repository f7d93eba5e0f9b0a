internal import IntegerKernels
internal import LatentModels

/// A residual block at one quality point, forward and backwards.
struct ResidualLayers: Sendable {
    private let block: ResidualBlock
    private let modulation: Modulation

    private let projectTransposed: PackedPointwise
    private let expandTransposed: PackedPointwise
    private let flipped: DepthwiseWeights
    private let gradientModulation: Modulation

    var expanded: Int { block.expand.outputs }

    init(_ block: ResidualBlock, at quality: QualityPoint) {
        self.block = block
        modulation = block.modulation(at: quality)
        // Gradients keep their magnitude in between, and the modulation takes back what that needs.
        var project = LinearMap(transposing: block.project.original), expand = LinearMap(transposing: block.expand.original)
        let (first, second) = (project.levellingExponent, expand.levellingExponent)
        var shift = modulation.shift + first + second
        if (1...62).contains(shift) {
            project.scaleOutputs { _ in LinearMap.powerOfTwo(first) }
            expand.scaleOutputs { _ in LinearMap.powerOfTwo(second) }
        } else { shift = modulation.shift }
        projectTransposed = project.packed
        expandTransposed = expand.packed
        flipped = block.depthwise.flipped
        gradientModulation = Modulation(
            multipliers: modulation.multipliers, offsets: Array(repeating: 0, count: modulation.offsets.count), shift: shift)
    }

    /// `rows` of the block; `kept` becomes what ``gradient(_:kept:rows:into:with:)`` needs, `[height][width][expanded]`.
    func forward(_ x: Feature, rows: Range<Int>, into y: Feature, keeping kept: Feature?, with kernels: KernelImplementation) {
        kernels.block(
            block.depthwise, modulation, expand: block.expand, project: block.project, x, rows: rows, into: y, keeping: kept)
    }

    /// From the gradient at the block's output to that before its expansion.
    func gradient(_ g: Feature, kept: Feature, rows: Range<Int>, into h: Feature, with kernels: KernelImplementation) {
        kernels.gradientBeforeExpansion(
            project: projectTransposed, expand: expandTransposed, kept: kept, g, rows: rows, into: h)
    }

    /// From there to the block's input, where it is added to the gradient that came past the block.
    func addGradient(_ h: Feature, rows: Range<Int>, to g: Feature, with kernels: KernelImplementation) {
        kernels.addDepthwise(flipped, gradientModulation, h, rows: rows, to: g)
    }
}

extension DepthwiseWeights {
    /// The convolution transposed: its taps from the last to the first.
    fileprivate var flipped: DepthwiseWeights {
        var turned: [Int16] = []
        for tap in (0..<kernel * kernel).reversed() { turned += taps[tap * channels..<(tap + 1) * channels] }
        return DepthwiseWeights(kernel: kernel, channels: channels, taps: turned)
    }
}
