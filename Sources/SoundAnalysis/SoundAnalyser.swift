package import IntegerKernels
package import SpectralCoding

/// Streaming analysis of all channels of a sound: samples in, superframes out as soon as they are decided.
///
/// Channels 0 and 1, 2 and 3 and so on are elements of two, the last is one of its own if their number is odd (SPEC §19.1). What is decided of a superframe depends on
/// samples up to `rate/10 − S/2` after its start, so that with a decoder, whose first samples of it lie S/2 before its start, the delay is 100 ms; see `SuperframeGeometry`.
/// How the samples are cut into pieces makes no difference.
package struct SoundAnalyser: Sendable {
    private let geometry: SuperframeGeometry
    private let channels: Int
    private var elements: [ElementAnalysis]
    /// Samples of each channel that came.
    private var frames = 0
    /// Superframes that were handed out.
    private var analysed = 0

    /// - Parameters:
    ///   - sampleRate: in Hz, at least 1.
    ///   - channels: at least 1.
    ///   - stereoEdges: of the model, on the grid of 2048 (SPEC §18): multiples of 16 rising from 0 to 2048.
    package init(sampleRate: Int, channels: Int, stereoEdges: [Int], kernel: KernelImplementation = .best) {
        precondition(channels > 0, "a sound has channels")
        let geometry = SuperframeGeometry(sampleRate: sampleRate)
        let bands = StereoBands(edges: stereoEdges, geometry: geometry)
        let transform = SuperframeTransform(geometry, kernel: kernel)
        self.geometry = geometry
        self.channels = channels
        elements = stride(from: 0, to: channels, by: 2).map {
            ElementAnalysis(channels: min(2, channels - $0), bands: bands, geometry: geometry, transform: transform)
        }
    }

    /// Takes the next samples of all channels.
    ///
    /// - Parameter samples: `[channel][frame]`, in 1/64 of a step of 16-bit samples; magnitudes up to 2^22 leave room for every transform.
    /// - Returns: `[superframe][element]`, those that are decided now. In their coefficients, what lies beyond the bins that are coded is left in.
    package mutating func append(_ samples: [[Int32]]) -> [[SuperframeSpectrum]] {
        precondition(samples.count == channels && samples.allSatisfy { $0.count == samples[0].count }, "as many of every channel")
        frames += samples[0].count
        give(samples)
        var decided: [[SuperframeSpectrum]] = []
        while frames >= (analysed + 1) * geometry.length + geometry.lookahead { decided.append(superframe(isLast: false)) }
        return decided
    }

    /// Ends the sound: it is mirrored up to the end of the last superframe, which overlaps with nothing behind it.
    ///
    /// - Returns: `[superframe][element]`, the rest.
    package mutating func finish() -> [[SuperframeSpectrum]] {
        let count = (frames + geometry.length - 1) / geometry.length
        for element in elements.indices { elements[element].mirrorEnd(count: count * geometry.length - frames) }
        var rest: [[SuperframeSpectrum]] = []
        while analysed < count { rest.append(superframe(isLast: analysed == count - 1)) }
        return rest
    }

    private mutating func give(_ samples: [[Int32]]) {
        for element in elements.indices { elements[element].append(samples[(2 * element)..<min(2 * element + 2, channels)]) }
    }

    private mutating func superframe(isLast: Bool) -> [SuperframeSpectrum] {
        analysed += 1
        return elements.indices.map { elements[$0].superframe(isLast: isLast) }
    }
}
