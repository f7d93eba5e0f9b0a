internal import EntropyCoding

/// The splits and angles of an element's superframes, whose contexts adapt (SPEC §19.2, §19.3).
struct FramingContexts {
    /// Of the last superframe.
    private(set) var split = 0
    private(set) var angles: [Int]

    private var splitBits = Array(repeating: AdaptiveBit(), count: SpectralModel.splits * 4)
    private var turns = Array(repeating: AdaptiveBit(), count: 2 * 3)
    private var departures = Array(repeating: AdaptiveBit(), count: 2)
    private var angleBits = Array(repeating: AdaptiveBit(), count: 16)

    /// - Parameter stereoBands: none for a single channel.
    init(stereoBands: Int) {
        angles = Array(repeating: 4, count: stereoBands)
    }

    /// - Returns: the superframe's split. That of the superframe before stays in ``split`` until ``finish(split:)``.
    mutating func code(split wanted: Int, _ port: inout some DecisionPort) -> Int {
        for n in 0..<SpectralModel.splits - 1 where !port.code(wanted > n, with: &splitBits[split * 4 + n]) { return n }
        return SpectralModel.splits - 1
    }

    /// Says that the superframe is over.
    mutating func finish(split: Int) { self.split = split }

    /// Codes the angles, from the lowest band up; the result is in ``angles``.
    mutating func code(angles wanted: [Int]?, _ port: inout some DecisionPort) {
        var turned: Int?
        var below = angles.first ?? 0
        for band in angles.indices {
            let was = angles[band]
            let angle = code(wanted?[band] ?? 0, was: was, below: below, turned: turned, &port)
            turned = angle == was ? 0 : 1
            angles[band] = angle
            below = angle
        }
    }

    /// - Parameter turned: whether the band below has another angle than it had; nil in the lowest.
    private mutating func code(
        _ wanted: Int, was: Int, below: Int, turned: Int?, _ port: inout some DecisionPort
    ) -> Int {
        guard port.code(wanted != was, with: &turns[(below == was ? 3 : 0) + (turned ?? 2)]) else { return was }
        if below != was, !port.code(wanted != below, with: &departures[turned ?? 0]) { return below }
        var node = 1
        for place in [3, 2, 1, 0] {
            node = 2 * node + (port.code(wanted >> place & 1 != 0, with: &angleBits[node]) ? 1 : 0)
        }
        return node - 16
    }
}
