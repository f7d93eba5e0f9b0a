internal import EntropyCoding
package import IntegerKernels

/// From the superframes of a block to the content of its chunk (SPEC §19).
package struct SpectralEncoder: Sendable {
    private let setup: SpectralSetup

    /// - Parameter channels: 1 … 8.
    package init(model: SpectralModel, sampleRate: Int, channels: Int, kernel: KernelImplementation = .best) {
        setup = SpectralSetup(model: model, sampleRate: sampleRate, channels: channels, kernel: kernel)
    }

    /// - Parameters:
    ///   - superframes: `[superframe][element]`.
    ///   - quality: how much finer steps are than the law's, in 1/256 of an octave, an int16.
    package func encode(_ superframes: [[SuperframeSpectrum]], quality: Int) -> EncodedSpectra {
        let elements = setup.elements(quality: quality)
        var port = DecisionWriter()
        var decoded: [[SuperframeSpectrum]] = []
        do {
            for (number, superframe) in superframes.enumerated() {
                decoded.append(try zip(elements, superframe).map { element, spectrum throws(ExpGolombError) in
                    try element.encode(superframe: number, spectrum, &port)
                })
            }
        } catch { preconditionFailure("only readers meet codes that are too long") }
        let field = UInt16(bitPattern: Int16(quality))
        return EncodedSpectra(content: [UInt8(field & 255), UInt8(field >> 8)] + port.encoder.finish(), superframes: decoded)
    }

    /// What a decoder makes of an encoded block: the signal of which its digest is made.
    package func signal(of encoded: EncodedSpectra) -> SpectralSignal {
        var synthesis = setup.synthesis(superframes: encoded.superframes.count)
        for superframe in encoded.superframes {
            for (number, spectrum) in superframe.enumerated() { synthesis.append(spectrum, element: number) }
        }
        return synthesis.signal
    }
}

/// A block's content, and what it says.
package struct EncodedSpectra: Sendable {
    package let content: [UInt8]
    /// `[superframe][element]`, as decoded.
    let superframes: [[SuperframeSpectrum]]
}
