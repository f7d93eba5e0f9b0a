/// Floating-point samples that are integers times one power of two, as most are that come from integers (SPEC §17.4).
struct ScaledIntegers {
    /// `[channel][frame]`: sample = integer · 2^exponent.
    let integers: [[Int32]]
    let exponent: Int8
    /// What the integers take, sign included: 1 … 32.
    let bits: Int

    init(integers: [[Int32]], exponent: Int8, bits: Int) {
        self.integers = integers
        self.exponent = exponent
        self.bits = bits
    }

    /// Nil where the samples are no such integers: infinite, not a number, subnormal, −0, or too far apart.
    init?<Bits: FixedWidthInteger & UnsignedInteger>(_ channels: [[Bits]], _ layout: FloatLayout) {
        var lowest = Int.max
        for sample in channels.joined() where sample != 0 {
            guard let (significand, power) = layout.split(UInt64(sample)) else { return nil }
            lowest = min(lowest, power + significand.trailingZeroBitCount)
        }
        guard let exponent = Int8(exactly: lowest == .max ? 0 : lowest) else { return nil }
        var integers: [[Int32]] = []
        var occupied: UInt32 = 0
        for channel in channels {
            var values = [Int32](repeating: 0, count: channel.count)
            for (frame, sample) in channel.enumerated() where sample != 0 {
                guard let value = layout.integer(UInt64(sample), exponent: Int(exponent)) else { return nil }
                values[frame] = value
                occupied |= UInt32(bitPattern: value < 0 ? ~value : value)
            }
            integers.append(values)
        }
        self.init(integers: integers, exponent: exponent, bits: 33 - occupied.leadingZeroBitCount)
    }

    /// The samples' bits; nil where a value is none of the kind's.
    func samples<Bits: FixedWidthInteger & UnsignedInteger>(_ layout: FloatLayout) -> [[Bits]]? {
        var channels: [[Bits]] = []
        for values in integers {
            var samples = [Bits](repeating: 0, count: values.count)
            for (frame, value) in values.enumerated() where value != 0 {
                guard let bits = layout.bits(of: value, exponent: Int(exponent)) else { return nil }
                samples[frame] = Bits(truncatingIfNeeded: bits)
            }
            channels.append(samples)
        }
        return channels
    }
}

/// Where sign, exponent and fraction are in a binary floating-point number (IEEE 754 §3.4).
struct FloatLayout {
    let fractionBits: Int
    let exponentBits: Int

    static let binary32 = FloatLayout(fractionBits: 23, exponentBits: 8)
    static let binary64 = FloatLayout(fractionBits: 52, exponentBits: 11)

    private var bias: Int { 1 << (exponentBits - 1) - 1 }
    private var greatestExponent: Int { 1 << exponentBits - 1 }

    /// Significand and power of two of a normal number, without its sign.
    func split(_ bits: UInt64) -> (significand: UInt64, power: Int)? {
        let field = Int(bits >> UInt64(fractionBits)) & greatestExponent
        guard 1..<greatestExponent ~= field else { return nil }
        let one: UInt64 = 1 << UInt64(fractionBits)
        return (bits & (one - 1) | one, field - bias - fractionBits)
    }

    /// The number divided by 2^exponent, if that is an integer of 32 bits.
    func integer(_ bits: UInt64, exponent: Int) -> Int32? {
        guard let (significand, power) = split(bits) else { return nil }
        let zeros = significand.trailingZeroBitCount
        let shift = power + zeros - exponent
        guard 0..<32 ~= shift, significand >> UInt64(zeros) < 1 << 32 else { return nil }
        let magnitude = Int64(significand >> UInt64(zeros)) << Int64(shift)
        return Int32(exactly: bits >> UInt64(fractionBits + exponentBits) == 0 ? magnitude : -magnitude)
    }

    /// The bits of `value` · 2^exponent, if there is such a normal number. `value` is not 0.
    func bits(of value: Int32, exponent: Int) -> UInt64? {
        let magnitude = UInt64(value.magnitude)
        let top = 63 - magnitude.leadingZeroBitCount
        let field = exponent + top + bias
        guard 1..<greatestExponent ~= field, top - magnitude.trailingZeroBitCount <= fractionBits else { return nil }
        let significand = top <= fractionBits ? magnitude << UInt64(fractionBits - top) : magnitude >> UInt64(top - fractionBits)
        let one: UInt64 = 1 << UInt64(fractionBits)
        let sign: UInt64 = value < 0 ? 1 << UInt64(fractionBits + exponentBits) : 0
        return sign | UInt64(field) << UInt64(fractionBits) | significand & (one - 1)
    }
}
