internal import EntropyCoding

/// What a writer sends for its coefficients.
protocol MagnitudeChooser {
    /// - Parameter logits: of the decisions that spell the magnitude.
    func magnitude(_ bin: Int, _ quantizer: Quantizer, _ logits: UnsafePointer<Int32>) -> Int
    func isNegative(_ bin: Int) -> Bool
}

/// A reader chooses nothing.
struct NoChoice: MagnitudeChooser {
    @inline(__always)
    func magnitude(_ bin: Int, _ quantizer: Quantizer, _ logits: UnsafePointer<Int32>) -> Int { 0 }

    @inline(__always)
    func isNegative(_ bin: Int) -> Bool { false }
}

/// The magnitudes of given coefficients, small ones with an eye on what they cost.
@safe struct QuantizedBlock: MagnitudeChooser {
    /// `[bin]`, in 1/64 of a 16-bit step.
    let coefficients: UnsafePointer<Int32>

    @inline(__always)
    func magnitude(_ bin: Int, _ quantizer: Quantizer, _ logits: UnsafePointer<Int32>) -> Int {
        unsafe quantizer.magnitude(of: coefficients[bin], logits)
    }

    @inline(__always)
    func isNegative(_ bin: Int) -> Bool { unsafe coefficients[bin] < 0 }
}

/// Greedy choice of a magnitude by squared error and bits: docs/decisions/0012.
struct Quantizer {
    /// Values below this, in 1/1024 of a step, become zero.
    private static let deadZone = 625
    /// Of 1/128 bit, in the unit of squared errors: 0.095 · 2^20 / 128.
    private static let price = 778

    private let inverse: Int

    /// - Parameter step: 2^14 times it, at least 2^10.
    init(step: Int) { inverse = 1 << 40 / step }

    @inline(__always)
    func magnitude(of coefficient: Int32, _ logits: UnsafePointer<Int32>) -> Int {
        let value = (Int(coefficient.magnitude) &* inverse) &>> 22
        guard value >= Self.deadZone else { return 0 }
        let nearest = (value &+ 512) &>> 10
        guard nearest <= 2 else { return min(nearest, Self.greatest) }
        let (more, less) = unsafe (cost(nearest, value, logits), cost(nearest &- 1, value, logits))
        return more > less ? nearest &- 1 : nearest
    }

    /// What an Exp-Golomb code can say beyond the alphabet.
    private static let greatest = Int(ExpGolomb.maximumValue)

    @inline(__always)
    private func cost(_ magnitude: Int, _ value: Int, _ logits: UnsafePointer<Int32>) -> Int {
        var bits = magnitude > 0 ? 128 : 0
        for n in 0...magnitude { bits &+= Self.bits(logit: unsafe logits[n], n < magnitude) }
        let error = value &- magnitude &<< 10
        return error &* error &+ Self.price &* bits
    }

    /// In 1/128 bit.
    @inline(__always)
    private static func bits(logit: Int32, _ bit: Bool) -> Int {
        let zero = Decision.zeroFrequency(logit)
        return Int(SymbolCost.bitsQ8(frequency: bit ? 65536 &- zero : zero)) &>> 1
    }
}
