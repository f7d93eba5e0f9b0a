internal import SpectralCoding

/// The analysis of one element, superframe after superframe: what is waiting of its samples, and what was decided.
struct ElementAnalysis: Sendable {
    private let geometry: SuperframeGeometry
    private let bands: StereoBands
    private let transform: SuperframeTransform
    private let splitChoice: SplitChoice
    private var angleChoice: AngleChoice
    /// `[channel]`; `start` is the place of the sample S/2 before the next superframe. Before the sound there are zeros.
    private var waiting: [[Int32]]
    private var start = 0
    /// What the superframe before the next one decided: nil at the beginning.
    private var before: Decided?

    private struct Decided {
        let split: Int
        /// The split of the overlap with the next superframe: the greater of both.
        let overlap: Int
    }

    init(channels: Int, bands: StereoBands, geometry: SuperframeGeometry, transform: SuperframeTransform) {
        self.geometry = geometry
        self.bands = bands
        self.transform = transform
        splitChoice = SplitChoice(geometry, transform: transform)
        angleChoice = AngleChoice(bands)
        waiting = Array(repeating: Array(repeating: 0, count: geometry.length / 2), count: channels)
    }

    mutating func append(_ samples: ArraySlice<[Int32]>) {
        for (channel, piece) in samples.enumerated() {
            waiting[channel].removeFirst(start)
            waiting[channel] += piece
        }
        start = 0
    }

    /// Goes on with the sound backwards: what is dropped behind the end costs least without an edge.
    mutating func mirrorEnd(count: Int) {
        for channel in waiting.indices {
            let there = waiting[channel].suffix(count).reversed()
            waiting[channel] += there + Array(repeating: 0, count: count - there.count)
        }
    }

    /// The next superframe, when S + lookahead samples from its start on are there, or, of the last one, S/2 behind its end.
    ///
    /// All that its split depends on is known; but the overlap with the superframe before it was promised, when less was known.
    mutating func superframe(isLast: Bool) -> SuperframeSpectrum {
        let length = geometry.length
        let window = stretch(geometry.window)
        let split = splitChoice.split(of: window, after: before.map { ($0.split, $0.overlap) })
        let overlap = isLast ? nil : max(split, splitChoice.nextSplit(known: stretch(3 * length / 2 + geometry.lookahead)))
        var coefficients = window.map {
            transform.coefficients(of: $0, split: split, before: before?.overlap, after: overlap)
        }
        var angles: [Int] = []
        if coefficients.count == 2 {
            angles = angleChoice.angles(of: coefficients, split: split)
            bands.turn(&coefficients, by: angles, split: split)
        }
        before = overlap.map { Decided(split: split, overlap: $0) }
        start += length
        return SuperframeSpectrum(split: split, angles: angles, coefficients: coefficients)
    }

    /// `[channel][count]`, from S/2 before the next superframe; zeros where nothing came yet.
    private func stretch(_ count: Int) -> [[Int32]] {
        waiting.map { samples in
            let there = samples[min(start, samples.count)...].prefix(count)
            return there + Array(repeating: 0, count: count - there.count)
        }
    }
}
