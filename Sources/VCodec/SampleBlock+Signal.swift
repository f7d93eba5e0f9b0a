internal import AudioCodec
internal import BitstreamFormat

extension SampleBlock {
    /// Beyond this, twice full scale, samples are cut off: what the transforms' integers hold.
    private static let most: Int32 = 1 << 22

    /// `[channel][frame]`, in 1/64 of a 16-bit step (SPEC §19.9 backwards).
    func signal(of header: SoundHeader) -> [[Int32]] {
        switch (self, header.sampleKind) {
        case (.integer(let channels), .integer(let bits)):
            channels.map { $0.map { Self.value($0, bits: bits) } }
        case (.float32(let channels), _): channels.map { $0.map { Self.value(Double(Float(bitPattern: $0))) } }
        case (.float64(let channels), _): channels.map { $0.map { Self.value(Double(bitPattern: $0)) } }
        default: preconditionFailure("samples of the header's kind")
        }
    }

    private static func value(_ sample: Int32, bits: Int) -> Int32 {
        guard bits > 22 else { return sample << Int32(22 - bits) }
        let shift = Int32(bits - 22)
        return Int32(truncatingIfNeeded: (Int64(sample) + 1 << (shift - 1)) >> Int64(shift))
    }

    /// Full scale is 1; what is no number becomes silence.
    private static func value(_ sample: Double) -> Int32 {
        let value = sample * 2_097_152
        guard value.isFinite else { return value == .infinity ? most : value == -.infinity ? -most : 0 }
        return Int32(min(max(value.rounded(), -Double(most)), Double(most)))
    }
}
