internal import EntropyCoding
internal import IntegerKernels

/// One channel of a block: its samples so far, and what predicts and codes the next (SPEC §16.2).
@safe final class WaveformChannel {
    private let wastedBits: Int32
    /// Bits of a sample without the wasted ones; of silence nothing is left to code.
    private let width: Int
    /// Features are samples without what is beyond 24 bits.
    private let featureShift: Int32
    private let frames: Int
    /// `[reach + frames]`: zeros, then samples without wasted bits.
    private let values: UnsafeMutablePointer<Int32>
    /// As `values`, shifted by `featureShift`; the same memory where that is 0.
    private let features: UnsafeMutablePointer<Int32>
    private let predictor: WaveformPredictor
    private var circuit: ResidualCircuit

    init(_ parameters: ChannelParameters, bits: Int, frames: Int, kernel: KernelImplementation) {
        wastedBits = Int32(parameters.wastedBits)
        width = bits - parameters.wastedBits
        featureShift = Int32(max(0, width - 24))
        self.frames = frames
        let size = WaveformSquares.reach + frames
        unsafe values = .allocate(capacity: size)
        unsafe values.initialize(repeating: 0, count: size)
        unsafe features = featureShift == 0 ? values : .allocate(capacity: size)
        if featureShift > 0 { unsafe features.initialize(repeating: 0, count: size) }
        predictor = WaveformPredictor(
            width: width, featureShift: Int64(featureShift), filterShift: Int64(parameters.filterShift), kernel: kernel)
        circuit = ResidualCircuit(width: width)
    }

    deinit {
        if featureShift > 0 { unsafe features.deallocate() }
        unsafe values.deallocate()
    }

    var samples: [Int32] {
        (0..<frames).map { unsafe values[WaveformSquares.reach + $0] << wastedBits }
    }

    /// The features up to `frame`, or up to the one before.
    @inline(__always)
    private func features(at frame: Int) -> UnsafePointer<Int32> { unsafe UnsafePointer(features + (WaveformSquares.reach &+ frame)) }

    /// - Parameters:
    ///   - sample: what to write; a reader does not look at it.
    ///   - partner: the other channel of the pair.
    ///   - isSecond: the partner's sample of this frame is known.
    @inline(__always)
    func code(
        _ sample: Int32, at frame: Int, partner: WaveformChannel?, isSecond: Bool, with coder: inout some BitCoder
    ) {
        if width == 0 { return }
        let own = unsafe features(at: frame)
        let other = unsafe partner?.features(at: isSecond ? frame : frame &- 1)
        let prediction = unsafe predictor.predict(own, other)
        let value = circuit.code(
            Int64(sample &>> wastedBits), prediction: prediction, beside: partner?.circuit.last ?? ResidualClass(), with: &coder)
        let place = WaveformSquares.reach &+ frame
        unsafe values[place] = Int32(truncatingIfNeeded: value)
        if featureShift > 0 { unsafe features[place] = Int32(truncatingIfNeeded: value &>> Int64(featureShift)) }
        predictor.learn(value)
        let period = WaveformSquares.period
        if frame & (period &- 1) == period &- 1 {
            let back = 1 &- period
            unsafe predictor.solve(own + back, other.map { unsafe $0 + back })
        }
    }
}
