internal import EntropyCoding
package import IntegerKernels

/// The inverse of ``WaveformEncoder``.
package struct WaveformDecoder: Sendable {
    private let channels: Int
    private let bits: Int
    private let kernel: KernelImplementation

    /// - Parameters:
    ///   - channels: 1 … 8.
    ///   - bits: of a sample, 1 … 32.
    package init(channels: Int, bits: Int, kernel: KernelImplementation = .best) {
        precondition(1...8 ~= channels && 1...32 ~= bits, "as in SPEC §16")
        self.channels = channels
        self.bits = bits
        self.kernel = kernel
    }

    /// Any bytes give samples or an error, in time and memory that `frames` bounds.
    ///
    /// - Parameter frames: at least 1.
    /// - Returns: `[channel][frame]`, all within `bits`.
    package func decode(_ payload: ArraySlice<UInt8>, frames: Int) throws(WaveformError) -> [[Int32]] {
        precondition(frames > 0, "a block is not empty")
        guard let first = payload.first else { throw .truncated(needed: 1, available: 0) }
        switch BlockMethod(rawValue: first) {
        case .stored:
            return try StoredSamples.samples(payload.dropFirst(), channels: channels, bits: bits, frames: frames)
        case .modelled: return try modelled(payload.dropFirst(), frames: frames)
        case nil: throw .unknownMethod(first)
        }
    }

    private func modelled(_ payload: ArraySlice<UInt8>, frames: Int) throws(WaveformError) -> [[Int32]] {
        if payload.count < 2 * channels { throw .truncated(needed: 2 * channels, available: payload.count) }
        var parameters: [ChannelParameters] = []
        for channel in 0..<channels {
            parameters.append(try ChannelParameters(payload.dropFirst(2 * channel), bits: bits))
        }
        let walk = BlockWalk(parameters, bits: bits, frames: frames, kernel: kernel)
        var reader = BitReader(decoder: RangeDecoder(payload.dropFirst(2 * channels)))
        walk.run(with: &reader) { _, _ in 0 }
        return walk.samples
    }
}
