internal import EntropyCoding
package import IntegerKernels

/// Codes blocks of PCM, each by itself, so that any can be decoded without the others (SPEC §16).
package struct WaveformEncoder: Sendable {
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

    /// - Parameter block: `[channel][frame]`, at least one frame; each sample within −2^(bits − 1) … 2^(bits − 1) − 1.
    /// - Returns: never more than a byte beyond what the bits of the samples take.
    package func encode(_ block: [[Int32]]) -> [UInt8] {
        let frames = block.first?.count ?? 0
        precondition(block.count == channels && frames > 0 && block.allSatisfy { $0.count == frames }, "a whole block")
        let modelled = model(block, frames: frames)
        if modelled.count <= StoredSamples.byteCount(channels: channels, bits: bits, frames: frames) {
            return [BlockMethod.modelled.rawValue] + modelled
        }
        return [BlockMethod.stored.rawValue] + StoredSamples.bytes(block, bits: bits)
    }

    private func model(_ block: [[Int32]], frames: Int) -> [UInt8] {
        let parameters = block.map { ChannelParameters(of: $0, bits: bits) }
        let walk = BlockWalk(parameters, bits: bits, frames: frames, kernel: kernel)
        var writer = BitWriter()
        walk.run(with: &writer) { channel, frame in block[channel][frame] }
        return parameters.flatMap(\.bytes) + writer.encoder.finish()
    }
}

/// A payload's first byte.
enum BlockMethod: UInt8 {
    case stored = 0
    case modelled = 1
}
