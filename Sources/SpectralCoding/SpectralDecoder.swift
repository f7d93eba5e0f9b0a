internal import EntropyCoding
package import IntegerKernels

/// From the content of a block of lossy sound to its signal (SPEC §19). The inverse of ``SpectralEncoder``, but for what that leaves out.
package struct SpectralDecoder: Sendable {
    private let setup: SpectralSetup

    /// - Parameter channels: 1 … 8.
    package init(model: SpectralModel, sampleRate: Int, channels: Int, kernel: KernelImplementation = .best) {
        setup = SpectralSetup(model: model, sampleRate: sampleRate, channels: channels, kernel: kernel)
    }

    /// Any bytes give a signal or an error, in time and memory that `frames` bounds.
    ///
    /// - Parameters:
    ///   - stream: the content after its quality.
    ///   - quality: an int16.
    ///   - frames: at least 1.
    /// - Returns: the signal before the overlaps, of which the block's digest is made.
    package func decode(_ stream: ArraySlice<UInt8>, quality: Int, frames: Int) throws(SpectralError) -> SpectralSignal {
        precondition(frames > 0, "a block is not empty")
        let superframes = (frames - 1) / setup.layout.superframe + 1
        let elements = setup.elements(quality: quality)
        var port = DecisionReader(decoder: RangeDecoder(stream))
        var synthesis = setup.synthesis(superframes: superframes)
        do {
            for superframe in 0..<superframes {
                for (number, element) in elements.enumerated() {
                    synthesis.append(try element.decode(superframe: superframe, &port), element: number)
                }
            }
        } catch { throw .excessTooLong }
        return synthesis.signal
    }
}

/// Why a block cannot be read: the file is damaged.
package enum SpectralError: Error, Hashable, Sendable {
    /// An Exp-Golomb code of more than 20 bits 1 (SPEC §10.4).
    case excessTooLong
}
