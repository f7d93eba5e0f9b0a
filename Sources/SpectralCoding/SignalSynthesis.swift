internal import IntegerKernels

/// From the coefficients of a block's superframes, as they come, to its signal (SPEC §19.8).
struct SignalSynthesis {
    private let layout: SpectralLayout
    private let kernel: KernelImplementation
    private let rotations: [PairRotation]
    private let transforms: [CosineTransform]
    /// `[element][channel of the element]`.
    private var channels: [[[Int32]]]
    private var splits: [[Int]]
    private let capacity: Int

    init(_ layout: SpectralLayout, elements: Int, superframes: Int, kernel: KernelImplementation) {
        self.layout = layout
        self.kernel = kernel
        rotations = (0..<16).map { PairRotation(angle: $0) }
        transforms = layout.splits.map { CosineTransform(length: $0.length, kernel: kernel) }
        channels = Array(repeating: [], count: elements)
        splits = Array(repeating: [], count: elements)
        capacity = superframes * layout.superframe
    }

    /// The next superframe of an element.
    mutating func append(_ spectrum: SuperframeSpectrum, element: Int) {
        let split = layout.splits[spectrum.split]
        var values = spectrum.coefficients
        restore(&values, angles: spectrum.angles, split)
        if channels[element].isEmpty {
            channels[element] = values.map { _ in [] }
            for channel in values.indices { channels[element][channel].reserveCapacity(capacity) }
        }
        for channel in values.indices {
            for start in stride(from: 0, to: layout.superframe, by: split.length) {
                transforms[spectrum.split].transform(&values[channel], at: start)
            }
            channels[element][channel] += values[channel]
        }
        splits[element].append(spectrum.split)
    }

    var signal: SpectralSignal {
        let perChannel = zip(channels, splits).flatMap { channels, splits in channels.map { _ in splits } }
        return SpectralSignal(channels: channels.flatMap { $0 }, splits: perChannel, superframe: layout.superframe)
    }

    /// From a pair's turned channels to those of the loudspeakers.
    private func restore(_ values: inout [[Int32]], angles: [Int], _ split: SplitLayout) {
        guard values.count == 2 else { return }
        var (first, second) = (values[0], values[1])
        values = []
        for start in stride(from: 0, to: layout.superframe, by: split.length) {
            for (band, angle) in zip(split.stereoBands, angles) {
                rotations[angle].restore(&first, &second, in: start + band.lowerBound..<start + band.upperBound)
            }
        }
        values = [first, second]
    }
}
