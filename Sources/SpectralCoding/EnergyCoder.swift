internal import EntropyCoding
internal import IntegerKernels

/// Codes the levels of a transform block's bands as differences from what the bands around and before them say (SPEC §19.4).
final class EnergyCoder {
    private static let highestLevel = 45
    /// Decisions that have a model, for each sign.
    private static let steps = 11

    private let network: NetworkCall

    init(_ network: Perceptron) {
        self.network = NetworkCall(network)
    }

    /// One band's level is coded.
    private struct Place {
        let layout: SplitLayout
        let band: Int
        /// Number of the transform block, and the split of the superframe before.
        let block: Int
        let pastSplit: Int

        var here: SplitLayout.Band { layout.bands[band] }
    }

    /// - Parameters:
    ///   - channel: whose ``ChannelState/levels`` are written.
    ///   - first: the element's first channel, if this is the second.
    ///   - chooser: gives a writer its levels.
    func code<Port: DecisionPort>(
        _ channel: ChannelState, first: ChannelState?, _ layout: SplitLayout, block: Int, pastSplit: Int,
        _ chooser: LevelChooser?, _ port: inout Port
    ) throws(ExpGolombError) {
        channel.beginBlock()
        for band in layout.bands.indices {
            let place = Place(layout: layout, band: band, block: block, pastSplit: pastSplit)
            let expected = expect(channel, first, place)
            let anchor = (expected + 64) >> 7
            network.evaluate()
            let difference = try code(difference: (chooser?.level(band, anchor: anchor) ?? 0) - anchor, &port)
            channel.levels.append(min(max(anchor + difference, 0), Self.highestLevel))
        }
        channel.rememberEnergies(layout)
    }

    private func code<Port: DecisionPort>(difference: Int, _ port: inout Port) throws(ExpGolombError) -> Int {
        guard port.decide(difference != 0, logit: network.logit(0)) else { return 0 }
        let isGreater = port.decide(difference > 0, logit: network.logit(1))
        let first = isGreater ? 2 : 2 + Self.steps
        var size = 1
        while size <= Self.steps, port.decide(abs(difference) > size, logit: network.logit(first + size - 1)) { size += 1 }
        if size > Self.steps { size += Int(try port.code(excess: UInt32(max(0, abs(difference) - size)))) }
        return isGreater ? size : -size
    }

    /// Sets the network's inputs.
    ///
    /// - Returns: what the level is expected to be, in 1/256 of an octave.
    private func expect(_ channel: ChannelState, _ first: ChannelState?, _ place: Place) -> Int {
        let (band, layout, here) = (place.band, place.layout, place.here)
        let above = layout.bands[min(band + 1, layout.bands.count - 1)]
        let past = ChannelState.mean(channel.energy, here.cells)
        let older = ChannelState.mean(channel.before, here.cells)
        let up = ChannelState.mean(channel.energy, above.cells)
        let expected = max(0, Self.expected(channel, band: band, past, older, up))
        let anchor = (expected + 64) >> 7
        let at = 128 * anchor
        for distance in 1...3 { network.set(distance - 1, band >= distance ? channel.log(band - distance) - at : 0) }
        network.set(3, channel.rise(band - 1))
        network.set(4, channel.rise(band - 2))
        network.set(5, past - at)
        network.set(6, older - at)
        network.set(7, up - at)
        network.set(8, cell(channel.energy, here.high + here.width + here.width >> 1, place) - at)
        network.set(9, band > 0 ? channel.pasts[band - 1] - at : 0)
        network.set(10, cell(channel.before, here.high + here.width >> 1, place) - at)
        network.set(11, band > 0 ? cell(channel.before, here.low - 1, place) - at : 0)
        set(first, channel, band: band, at: at)
        network.set(16, at)
        network.set(17, here.pitch)
        network.set(18, 256 * layout.split)
        network.set(19, 256 * place.pastSplit)
        network.set(20, 256 * place.block)
        network.set(21, here.breadth)
        network.set(22, first == nil ? 0 : 256)
        network.set(23, 2 * expected - 256 * anchor)
        channel.append(past: past)
        return expected
    }

    private static func expected(_ channel: ChannelState, band: Int, _ past: Int, _ older: Int, _ up: Int) -> Int {
        guard band > 0 else { return (218 * past + 13 * older + 26 * up) >> 8 }
        return (204 * past + 26 * older + 26 * up + 128 * channel.rise(band - 1) + 26 * channel.rise(band - 2)) >> 8
    }

    /// Inputs 12 … 15: what the first channel says.
    private func set(_ first: ChannelState?, _ channel: ChannelState, band: Int, at: Int) {
        guard let first else { return (12...15).forEach { network.set($0, 0) } }
        network.set(12, first.log(band) - at)
        network.set(13, first.rise(band))
        network.set(14, first.rise(band + 1))
        network.set(15, band > 0 ? first.log(band - 1) - channel.log(band - 1) - (first.log(band) - at) : 0)
    }

    private func cell(_ cells: [Int], _ bin: Int, _ place: Place) -> Int {
        cells[min(max((bin << place.layout.split) >> 3, 0), cells.count - 1)]
    }
}
