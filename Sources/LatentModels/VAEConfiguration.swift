package import IntegerKernels

/// Shape of a hierarchical VAE; levels are ordered fine to coarse: 1/8, 1/16, 1/32, 1/64 (SPEC §7).
package struct VAEConfiguration: Sendable, Hashable {
    package static let levels = 4

    /// Feature channels of each level.
    package let channels: [Int]
    /// Side of each level's depthwise kernels, 3 or 5.
    package let kernels: [Int]
    /// A latent block's channels and where it is active.
    package struct Latents: Sendable, Hashable {
        package let channels: Int
        package let phase: Phase
    }

    /// The latent blocks of each level, in coding order.
    package let latents: [[Latents]]
    /// Residual blocks after the last latent block.
    package let tail: Int
    /// Gaussians in a mixture (K) and channels in a vector (g).
    package let components: Int
    package let group: Int

    init(from cursor: inout ModelCursor) throws(ModelError) {
        var channels: [Int] = [], kernels: [Int] = [], latents: [[Latents]] = []
        for _ in 0..<Self.levels {
            let at = cursor.offset
            let count = try cursor.field("channels", UInt16.self, in: 16...1024)
            guard count % 16 == 0 else { throw .invalidField(name: "channels", value: count, offset: at) }
            channels.append(count)
        }
        for _ in 0..<Self.levels {
            let at = cursor.offset
            let side = try cursor.field("kernel side", UInt8.self, in: 3...5)
            guard side != 4 else { throw .invalidField(name: "kernel side", value: side, offset: at) }
            kernels.append(side)
        }
        for _ in 0..<Self.levels {
            var blocks: [Latents] = []
            for _ in 0..<(try cursor.field("latent blocks", UInt8.self, in: 0...16)) {
                let channels = try cursor.field("latent channels", UInt16.self, in: 1...512)
                let phase = try cursor.field("phase", UInt8.self, in: 0...2)
                blocks.append(Latents(channels: channels, phase: Phase(rawValue: UInt8(phase))!))
            }
            latents.append(blocks)
        }
        tail = try cursor.field("tail blocks", UInt8.self, in: 0...16)
        components = try cursor.field("mixture components", UInt8.self, in: 1...4)
        group = try cursor.field("vector size", UInt8.self, in: 1...16)
        for z in latents.joined() where z.channels % group != 0 {
            throw .invalidField(name: "latent channels", value: z.channels, offset: cursor.offset)
        }
        self.channels = channels
        self.kernels = kernels
        self.latents = latents
    }
}
