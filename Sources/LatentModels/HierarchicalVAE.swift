package import EntropyModels
package import IntegerKernels

/// One latent block of the top-down path: front, prior, and the way back into the feature (SPEC §9).
package struct LatentBlock: Sendable {
    package let front: ResidualBlock
    package let prior: PackedPointwise
    package let fuse: PackedPointwise
    package let gains: QualityGains
    package let shape: MixturePrior
    /// Where the block is active.
    package let phase: Phase

    init(
        from cursor: inout ModelCursor, latents: VAEConfiguration.Latents, level: Int, configuration c: VAEConfiguration, name: String
    ) throws(ModelError) {
        let channels = c.channels[level]
        phase = latents.phase
        shape = MixturePrior(channels: latents.channels, components: c.components, group: c.group)
        front = try ResidualBlock(from: &cursor, channels: channels, kernel: c.kernels[level], name: name + " front")
        prior = try PackedPointwise(
            from: &cursor, inputs: channels, outputs: shape.parameterCount, name: name + " prior")
        fuse = try PackedPointwise(from: &cursor, inputs: latents.channels, outputs: channels, name: name + " fuse")
        gains = try QualityGains(from: &cursor, channels: latents.channels)
    }
}

/// One level of the hierarchy: its latent blocks and the way to the next finer level.
package struct LatentLevel: Sendable {
    package let blocks: [LatentBlock]
    /// End block and upsampling product; nil at level 0.
    package let ascent: (end: ResidualBlock, up: PackedPointwise)?
}

/// The decoder's side of the model: everything between symbols and samples (SPEC §7, §9). Immutable, shared by threads.
package struct HierarchicalVAE: Sendable {
    package let configuration: VAEConfiguration
    package let tables: EntropyTables
    /// `[channels[3]]`: the feature at every position of level 3 before anything is decoded.
    package let start: [Int16]
    /// Fine to coarse, as everywhere.
    package let levels: [LatentLevel]
    package let tail: [ResidualBlock]
    package let out: PackedPointwise

    init(section: ArraySlice<UInt8>) throws(ModelError) {
        var cursor = ModelCursor(section)
        let c = try VAEConfiguration(from: &cursor)
        configuration = c
        tables = try EntropyTables(from: &cursor)
        start = try cursor.integers(c.channels[3])
        var levels: [LatentLevel] = []
        for level in (0..<VAEConfiguration.levels).reversed() {
            levels.append(try LatentLevel(from: &cursor, level: level, configuration: c))
        }
        self.levels = levels.reversed()
        var tail: [ResidualBlock] = []
        for i in 0..<c.tail {
            tail.append(try ResidualBlock(from: &cursor, channels: c.channels[0], kernel: c.kernels[0], name: "tail \(i)"))
        }
        self.tail = tail
        out = try PackedPointwise(from: &cursor, inputs: c.channels[0], outputs: 192, name: "out")
        try cursor.finish()
    }
}

extension LatentLevel {
    init(from cursor: inout ModelCursor, level: Int, configuration c: VAEConfiguration) throws(ModelError) {
        var blocks: [LatentBlock] = []
        for (i, latents) in c.latents[level].enumerated() {
            let name = "level \(level) latent \(i)"
            blocks.append(try LatentBlock(from: &cursor, latents: latents, level: level, configuration: c, name: name))
        }
        self.blocks = blocks
        guard level > 0 else {
            ascent = nil
            return
        }
        let name = "level \(level)"
        let end = try ResidualBlock(
            from: &cursor, channels: c.channels[level], kernel: c.kernels[level], name: name + " end")
        let up = try PackedPointwise(
            from: &cursor, inputs: c.channels[level], outputs: 4 * c.channels[level - 1], name: name + " up")
        ascent = (end, up)
    }
}

extension EntropyTables {
    fileprivate convenience init(from cursor: inout ModelCursor) throws(ModelError) {
        let skipScale: UInt8 = try cursor.integer()
        let skipOffset: UInt8 = try cursor.integer()
        let minimumScale = Int8(try cursor.field("minimum scale", Int8.self, in: -127...127))
        let scales = try cursor.field("scale count", UInt8.self, in: 1...255)
        let at = cursor.offset
        let inverse = try cursor.integers(scales, of: UInt32.self)
        let reach = try cursor.integers(scales, of: UInt8.self)
        let tail = try cursor.integers(2048, of: UInt16.self)
        let exponential = try cursor.integers(1024, of: UInt32.self)
        guard zip(tail, tail.dropFirst()).allSatisfy({ $0 >= $1 }), tail[0] <= 32768 else {
            throw .invalidField(name: "tail table", value: Int(tail[0]), offset: at)
        }
        guard exponential.allSatisfy({ $0 <= 65536 }), exponential[0] > 0 else {
            throw .invalidField(name: "exponential table", value: Int(exponential[0]), offset: at)
        }
        self.init(
            tail: tail, inverse: inverse, reach: reach, exponential: exponential,
            minimumScale: minimumScale, skipScale: skipScale, skipOffset: skipOffset)
    }
}
