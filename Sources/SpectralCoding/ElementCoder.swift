internal import EntropyCoding

/// Codes the superframes of an element, a pair of channels or a single one, in either direction (SPEC §19).
final class ElementCoder {
    private let number: Int
    private let layout: SpectralLayout
    private let law: StepLaw
    private let quality: Int
    private var framing: FramingContexts
    private let channels: [ChannelState]
    private let energies: EnergyCoder
    private let coefficients: CoefficientCoder

    /// - Parameters:
    ///   - number: of the element in the sound.
    ///   - channels: 1 or 2.
    init(
        number: Int, channels: Int, model: SpectralModel, layout: SpectralLayout, quality: Int, energies: EnergyCoder,
        coefficients: CoefficientCoder
    ) {
        self.number = number
        self.layout = layout
        self.quality = quality
        self.energies = energies
        self.coefficients = coefficients
        law = model.law
        framing = FramingContexts(stereoBands: channels == 2 ? layout.stereoBands : 0)
        self.channels = (0..<channels).map { _ in ChannelState(superframe: layout.superframe) }
    }

    /// - Parameter superframe: its number in the block.
    func decode(superframe: Int, _ port: inout DecisionReader) throws(ExpGolombError) -> SuperframeSpectrum {
        for channel in channels { channel.beginSuperframe([]) }
        let split = framing.code(split: 0, &port)
        framing.code(angles: nil, &port)
        try code(superframe, split: split, &port, level: { _, _, _ in nil }, magnitudes: { _, _ in NoChoice() })
        return decoded(split: split)
    }

    /// - Returns: what a decoder gets.
    func encode(
        superframe: Int, _ spectrum: SuperframeSpectrum, _ port: inout DecisionWriter
    ) throws(ExpGolombError) -> SuperframeSpectrum {
        for (channel, wanted) in zip(channels, spectrum.coefficients) { channel.beginSuperframe(wanted) }
        _ = framing.code(split: spectrum.split, &port)
        framing.code(angles: spectrum.angles, &port)
        try code(
            superframe, split: spectrum.split, &port,
            level: { channel, start, layout in unsafe LevelChooser(channel.wanted + start, layout) },
            magnitudes: { channel, start in unsafe QuantizedBlock(coefficients: channel.wanted + start) })
        return decoded(split: spectrum.split)
    }

    private func decoded(split: Int) -> SuperframeSpectrum {
        SuperframeSpectrum(split: split, angles: framing.angles, coefficients: channels.map(\.coefficients))
    }

    /// The transform blocks of a superframe.
    ///
    /// - Parameters:
    ///   - level: what chooses a writer's levels for the block that starts at a place of a channel.
    ///   - magnitudes: likewise its magnitudes.
    private func code<Port: DecisionPort, Chooser: MagnitudeChooser>(
        _ superframe: Int, split: Int, _ port: inout Port,
        level: (ChannelState, Int, SplitLayout) -> LevelChooser?, magnitudes: (ChannelState, Int) -> Chooser
    ) throws(ExpGolombError) {
        var signs = NoiseSigns(superframe: superframe, element: number)
        let layout = layout.splits[split]
        for block in 0..<1 << split {
            let start = block * layout.length
            for channel in channels {
                try energies.code(
                    channel, first: first(of: channel), layout, block: block, pastSplit: framing.split,
                    level(channel, start, layout), &port)
            }
            setSteps(layout)
            for channel in channels {
                try unsafe coefficients.code(
                    channel, first: first(of: channel), layout, magnitudes(channel, start), signs: &signs,
                    into: channel.values + start, &port)
            }
        }
        framing.finish(split: split)
    }

    private func first(of channel: ChannelState) -> ChannelState? { channel === channels[0] ? nil : channels[0] }

    /// The steps of all bands of a transform block (SPEC §19.5).
    private func setSteps(_ layout: SplitLayout) {
        for channel in channels { channel.steps.removeAll(keepingCapacity: true) }
        for (index, band) in layout.bands.enumerated() {
            let heard = heard(index, layout)
            channels[0].steps.append(step(heard.0, band, isSecond: false))
            if channels.count == 2 { channels[1].steps.append(step(heard.1, band, isSecond: true)) }
        }
    }

    private func heard(_ band: Int, _ layout: SplitLayout) -> (Int, Int) {
        guard channels.count == 2 else { return (channels[0].log(band), 0) }
        return StepLaw.heard(
            (channels[0].levels[band], channels[1].levels[band]), angle: framing.angles[layout.bands[band].stereo])
    }

    private func step(_ heard: Int, _ band: SplitLayout.Band, isSecond: Bool) -> Int {
        law.step(heard: heard, offset: band.offset, isSecond: isSecond, quality: quality)
    }
}

/// A superframe of an element.
package struct SuperframeSpectrum: Sendable {
    /// 0 … 4.
    package let split: Int
    /// Of every stereo band, 0 … 15 times π/16; empty for a single channel.
    package let angles: [Int]
    /// `[channel of the element][S]`, transform blocks one after another, in 1/64 of a 16-bit step, as SPEC §19.8 begins with.
    package let coefficients: [[Int32]]

    package init(split: Int, angles: [Int], coefficients: [[Int32]]) {
        self.split = split
        self.angles = angles
        self.coefficients = coefficients
    }
}
