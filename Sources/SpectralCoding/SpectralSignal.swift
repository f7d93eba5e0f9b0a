package import IntegerKernels

/// A block of sound after the transform: before the overlaps of its transform blocks, or after (SPEC §19.8, §19.9).
package struct SpectralSignal: Sendable {
    /// `[channel][F · S]`, in 1/64 of a 16-bit step.
    package var channels: [[Int32]]
    /// `[channel][superframe]`: its split.
    let splits: [[Int]]
    let superframe: Int

    /// Of the first transform block of a channel.
    func firstLength(_ channel: Int) -> Int { superframe >> (splits[channel].first ?? 0) }

    /// Of the last one.
    func lastLength(_ channel: Int) -> Int { superframe >> (splits[channel].last ?? 0) }

    /// Undoes the overlaps between the transform blocks of this block.
    package mutating func unfoldInside(kernel: KernelImplementation) {
        for channel in channels.indices {
            var before: Int?
            for (index, split) in splits[channel].enumerated() {
                let length = superframe >> split
                let start = index * superframe
                if let before { unfold(channel, at: start, length: min(before, length), kernel) }
                for block in 1..<max(2, 1 << split) where block < 1 << split {
                    unfold(channel, at: start + block * length, length: length, kernel)
                }
                before = length
            }
        }
    }

    private mutating func unfold(_ channel: Int, at boundary: Int, length: Int, _ kernel: KernelImplementation) {
        BlockOverlap(length: length, kernel: kernel).unfold(&channels[channel], at: boundary)
    }
}

/// Undoes the overlaps between the blocks of a sound, in order (SPEC §19.9).
package struct SignalJoiner: Sendable {
    private let kernel: KernelImplementation
    /// Not yet final: the last S/2 values of the block before. Nil before the first one.
    private var tail: (channels: [[Int32]], lengths: [Int])?

    package init(kernel: KernelImplementation) { self.kernel = kernel }

    /// - Parameters:
    ///   - signal: the next block, after ``SpectralSignal/unfoldInside(kernel:)``.
    ///   - frames: how many of its values count.
    /// - Returns: `[channel]`, the values that are final now; nothing if the block has no superframe.
    package mutating func append(_ signal: SpectralSignal, frames: Int) -> [[Int32]] {
        var channels = signal.channels
        if let tail {
            for channel in channels.indices {
                let length = min(tail.lengths[channel], signal.firstLength(channel))
                channels[channel] = tail.channels[channel] + channels[channel]
                BlockOverlap(length: length, kernel: kernel).unfold(&channels[channel], at: tail.channels[channel].count)
            }
        }
        let known = (tail?.channels.first?.count ?? 0) + frames
        // What may still change lies in the last half of the last superframe; a block cut short is the last one.
        let kept = min(known, signal.superframe / 2)
        tail = (channels.map { Array($0[known - kept..<known]) }, channels.indices.map { signal.lastLength($0) })
        return channels.map { Array($0[..<(known - kept)]) }
    }

    /// The rest.
    package mutating func finish() -> [[Int32]] {
        defer { tail = nil }
        return tail?.channels ?? []
    }
}
