internal import EntropyCoding
internal import IntegerKernels

/// Codes the coefficients of a transform block's bands (SPEC §19.6, §19.7).
@safe final class CoefficientCoder {
    /// Decisions that have a model: "greater than n", n = 0 … 14.
    private static let steps = SpectralModel.coefficientOutputs
    /// Neighbours on either side of a bin.
    private static let margin = 2

    private let model: SpectralModel
    private let network: NetworkCall
    /// Neighbours of the bins of a band in the two blocks before and in the first channel, `[margin + bin − low]`, as inputs.
    private let last = unsafe CoefficientCoder.row()
    private let older = unsafe CoefficientCoder.row()
    private let beside = unsafe CoefficientCoder.row()

    private static func row() -> UnsafeMutablePointer<Int16> {
        let capacity = SpectralModel.gridBins + 2 * margin
        let row = UnsafeMutablePointer<Int16>.allocate(capacity: capacity)
        unsafe row.initialize(repeating: 0, count: capacity)
        return unsafe row
    }

    init(_ model: SpectralModel, network: Perceptron) {
        self.model = model
        self.network = NetworkCall(network)
    }

    deinit {
        unsafe last.deallocate()
        unsafe older.deallocate()
        unsafe beside.deallocate()
    }

    /// - Parameters:
    ///   - channel: whose ``ChannelState/magnitudes`` are written.
    ///   - first: the element's first channel, if this is the second.
    ///   - chooser: gives a writer its magnitudes.
    ///   - values: `[layout.coded]`, what is decoded.
    func code<Port: DecisionPort, Chooser: MagnitudeChooser>(
        _ channel: ChannelState, first: ChannelState?, _ layout: SplitLayout, _ chooser: Chooser,
        signs: inout NoiseSigns, into values: UnsafeMutablePointer<Int32>, _ port: inout Port
    ) throws(ExpGolombError) {
        for bin in 0..<layout.coded { unsafe channel.magnitudes[bin] = 0 }
        for band in layout.bands.indices {
            let here = layout.bands[band]
            let (level, step) = (channel.levels[band], channel.steps[band])
            for bin in here.low..<here.high { unsafe values[bin] = 0 }
            guard level > 0 else { continue }
            if 128 * level - step < model.skips[first == nil ? 0 : 1] {
                unsafe fill(here, with: model.noise.amplitude(skippedBand: level), &signs, values)
                continue
            }
            set(band, channel, first, layout)
            unsafe try code(band, channel, isSecond: first != nil, layout, chooser, step: step, values, &port)
            unsafe fillZeros(of: here, channel, level: level, step: step, &signs, values)
        }
        channel.rememberMagnitudes(layout)
    }

    /// The inputs that are the same in all bins of a band, and the rows of neighbours.
    private func set(_ band: Int, _ channel: ChannelState, _ first: ChannelState?, _ layout: SplitLayout) {
        let here = layout.bands[band]
        let log = channel.log(band)
        let step = Octaves.steps(channel.steps[band])
        network.set(0, log - channel.steps[band])
        network.set(15, band > 0 ? channel.log(band - 1) - log : 0)
        network.set(16, band + 1 < layout.bands.count ? channel.log(band + 1) - log : 0)
        network.set(18, layout.split == 0 ? 256 : 0)
        network.set(19, layout.split == 1 ? 256 : 0)
        network.set(20, 256 * layout.split)
        network.set(21, first == nil ? 0 : 256)
        network.set(23, here.breadth)
        network.set(24, first.map { $0.log(band) - log } ?? 0)
        network.set(25, channel.rise(band))
        unsafe gather(channel.last, shift: layout.split, here, layout, step, into: last)
        unsafe gather(channel.older, shift: layout.split, here, layout, step, into: older)
        if let first { unsafe gather(first.magnitudes, shift: 0, here, layout, step, into: beside) }
    }

    /// A magnitude in octaves of a step: an input.
    @inline(__always)
    private func scaled(_ magnitude: Int32, _ step: Int, _ base: Int) -> Int {
        magnitude == 0 ? 0 : Octaves.of(Int(magnitude) &<< 8 &+ step) &- base
    }

    private func gather(
        _ magnitudes: UnsafePointer<Int32>, shift: Int, _ band: SplitLayout.Band, _ layout: SplitLayout, _ step: Int,
        into row: UnsafeMutablePointer<Int16>
    ) {
        let base = Octaves.of(step)
        for place in 0..<band.width + 2 * Self.margin {
            let bin = band.low + place - Self.margin
            let magnitude = 0..<layout.coded ~= bin ? unsafe magnitudes[bin << shift] : 0
            unsafe row[place] = Int16(truncatingIfNeeded: scaled(magnitude, step, base))
        }
    }

    private func code<Port: DecisionPort, Chooser: MagnitudeChooser>(
        _ index: Int, _ channel: ChannelState, isSecond: Bool, _ layout: SplitLayout, _ chooser: Chooser,
        step logarithm: Int, _ values: UnsafeMutablePointer<Int32>, _ port: inout Port
    ) throws(ExpGolombError) {
        let band = layout.bands[index]
        let step = Octaves.steps(logarithm)
        let base = Octaves.of(step)
        let scale = Dequantizer(model, step: logarithm)
        let quantizer = Quantizer(step: step)
        var left = RemainingPower(band, level: channel.levels[index], step: step, logarithm: logarithm)
        var near: [3 of Int] = [0, 0, 0]
        for distance in 1...3 where band.low >= distance {
            near[distance - 1] = scaled(unsafe channel.magnitudes[band.low - distance], step, base)
        }
        for bin in band.low..<band.high {
            setBin(bin, band, near, isSecond: isSecond, pitch: layout.pitches[bin])
            setPower(left, bins: band.high &- bin)
            network.evaluate()
            let wanted = unsafe chooser.magnitude(bin, quantizer, network.logits)
            let magnitude = try code(magnitude: wanted, &port)
            var value: Int32 = 0
            if magnitude > 0 {
                value = scale.value(magnitude)
                unsafe values[bin] = port.sign(chooser.isNegative(bin)) ? -value : value
                unsafe channel.magnitudes[bin] = value
                left.take(value)
            }
            near = [scaled(value, step, base), near[0], near[1]]
        }
    }

    @inline(__always)
    private func setBin(_ bin: Int, _ band: SplitLayout.Band, _ near: [3 of Int], isSecond: Bool, pitch: Int16) {
        let place = bin &- band.low &+ Self.margin
        network.set(1, near[0])
        network.set(2, near[1])
        network.set(3, near[2])
        let inputs = unsafe network.inputs
        unsafe inputs[4] = last[place]
        unsafe inputs[5] = last[place &+ 1]
        unsafe inputs[6] = last[place &- 1]
        unsafe inputs[7] = last[place &+ 2]
        unsafe inputs[8] = last[place &- 2]
        unsafe inputs[9] = older[place]
        unsafe inputs[10] = older[place &+ 1]
        unsafe inputs[11] = older[place &- 1]
        unsafe inputs[12] = isSecond ? beside[place] : 0
        unsafe inputs[13] = isSecond ? beside[place &+ 1] : 0
        unsafe inputs[14] = isSecond ? beside[place &- 1] : 0
        unsafe inputs[17] = pitch
        network.set(22, (256 &* (bin &- band.low) &+ 128) / band.width)
    }

    /// - Parameter bins: those that are not decoded yet.
    @inline(__always)
    private func setPower(_ left: RemainingPower, bins: Int) {
        network.set(26, ((left.logarithm &- Octaves.of(bins)) &>> 1) &- left.offset)
        network.set(27, (left.logarithm &>> 1) &- left.offset)
    }

    @inline(__always)
    private func code<Port: DecisionPort>(magnitude wanted: Int, _ port: inout Port) throws(ExpGolombError) -> Int {
        var magnitude = 0
        while magnitude < Self.steps, port.decide(wanted > magnitude, logit: network.logit(magnitude)) { magnitude &+= 1 }
        guard magnitude == Self.steps else { return magnitude }
        return magnitude + Int(try port.code(excess: UInt32(max(0, wanted - magnitude))))
    }
}

extension CoefficientCoder {
    /// Noise of one magnitude in all bins of a skipped band.
    private func fill(
        _ band: SplitLayout.Band, with amplitude: Int, _ signs: inout NoiseSigns, _ values: UnsafeMutablePointer<Int32>
    ) {
        let amplitude = Int32(truncatingIfNeeded: amplitude)
        for bin in band.low..<band.high { unsafe values[bin] = signs.next() ? -amplitude : amplitude }
    }

    /// Noise where nothing was sent in a band that is coded.
    private func fillZeros(
        of band: SplitLayout.Band, _ channel: ChannelState, level: Int, step: Int, _ signs: inout NoiseSigns,
        _ values: UnsafeMutablePointer<Int32>
    ) {
        var (squares, zeros) = (0, 0)
        for bin in band.low..<band.high {
            let quarter = Int(unsafe channel.magnitudes[bin]) &>> 2
            squares &+= quarter &* quarter
            zeros += unsafe channel.magnitudes[bin] == 0 ? 1 : 0
        }
        guard zeros > 0 else { return }
        let amplitude = Int32(truncatingIfNeeded: model.noise.amplitude(
            level: level, width: band.width, squares: squares, zeros: zeros, step: Octaves.steps(step)))
        for bin in band.low..<band.high where unsafe channel.magnitudes[bin] == 0 {
            unsafe values[bin] = signs.next() ? -amplitude : amplitude
        }
    }
}

/// What a band's level leaves for the coefficients that are not decoded yet (SPEC §19.6).
private struct RemainingPower {
    /// The least that is taken to be left.
    private let floor: Int
    /// In 1/16 of a 16-bit step, squared.
    private var power: Int
    /// From octaves of amplitude in 1/16 of a 16-bit step to those of steps.
    let offset: Int
    /// Octaves of power.
    private(set) var logarithm: Int

    /// - Parameters:
    ///   - step: 2^14 times it.
    ///   - octaves: its logarithm.
    init(_ band: SplitLayout.Band, level: Int, step: Int, logarithm octaves: Int) {
        let whole = Octaves.amplitude(level: level, places: 4), unit = step >> 10
        floor = max(1, (26 * unit * unit) >> 8)
        power = band.width * whole * whole
        offset = 1024 + octaves
        logarithm = Octaves.of(max(power, floor))
    }

    @inline(__always)
    mutating func take(_ magnitude: Int32) {
        let quarter = Int(magnitude) &>> 2
        power &-= quarter &* quarter
        logarithm = Octaves.of(max(power, floor))
    }
}

/// From symbols to magnitudes (SPEC §19.6).
private struct Dequantizer {
    private let centers: (Int, Int)
    private let power: Int
    private let shift: Int

    init(_ model: SpectralModel, step: Int) {
        centers = (model.centers[0], model.centers[1])
        power = Int(LogisticTables.fractionalPowers[step & 255])
        shift = 18 - step >> 8
    }

    @inline(__always)
    func value(_ magnitude: Int) -> Int32 {
        let place = 256 &* magnitude &+ (magnitude == 1 ? centers.0 : centers.1)
        return Int32(truncatingIfNeeded: min((place &* power) &>> shift, 1 &<< 28 &- 1))
    }
}
