internal import IntegerKernels

/// What decoders and encoders of a sound share: the model, ready to run, and where bands are at the sound's rate.
struct SpectralSetup: Sendable {
    let layout: SpectralLayout
    private let model: SpectralModel
    private let channels: Int
    private let coefficients: Perceptron
    private let energies: Perceptron
    private let kernel: KernelImplementation

    /// - Parameter channels: 1 … 8.
    init(model: SpectralModel, sampleRate: Int, channels: Int, kernel: KernelImplementation) {
        self.model = model
        self.channels = channels
        self.kernel = kernel
        layout = SpectralLayout(model: model, sampleRate: sampleRate)
        coefficients = Perceptron(model.coefficients, kernel: kernel)
        energies = Perceptron(model.energies, kernel: kernel)
    }

    /// Pairs of channels, and the last one alone if their number is odd (SPEC §19.1), at the start of a block.
    func elements(quality: Int) -> [ElementCoder] {
        stride(from: 0, to: channels, by: 2).map { first in
            ElementCoder(
                number: first / 2, channels: min(2, channels - first), model: model, layout: layout, quality: quality,
                energies: EnergyCoder(energies), coefficients: CoefficientCoder(model, network: coefficients))
        }
    }

    /// For a block of so many superframes.
    func synthesis(superframes: Int) -> SignalSynthesis {
        SignalSynthesis(layout, elements: (channels + 1) / 2, superframes: superframes, kernel: kernel)
    }
}
