internal import BitstreamFormat
internal import EntropyCoding

/// Where the bands of every split are, for one sample rate.
struct SpectralLayout: Sendable {
    /// Samples of a superframe.
    let superframe: Int
    let splits: [SplitLayout]

    init(model: SpectralModel, sampleRate: Int) {
        let superframe = SoundHeader.superframe(sampleRate: sampleRate)
        self.superframe = superframe
        splits = (0..<SpectralModel.splits).map { SplitLayout(model: model, split: $0, superframe: superframe) }
    }

    var stereoBands: Int { splits[0].stereoBands.count }
}

/// The transform blocks of one split.
struct SplitLayout: Sendable {
    struct Band: Sendable {
        let low: Int
        let high: Int
        /// Of the memory of energies.
        let cells: Range<Int>
        /// Of its step.
        let offset: Int
        /// The stereo band of its middle.
        let stereo: Int
        /// Octaves of its width.
        let breadth: Int
        /// Octaves of its middle over 1 kHz, much bent below that.
        let pitch: Int

        var width: Int { high - low }
    }

    let split: Int
    /// N: coefficients of a transform block.
    let length: Int
    /// M: those that are coded, from the first on.
    let coded: Int
    let bands: [Band]
    /// In bins of this split.
    let stereoBands: [Range<Int>]
    /// Of each coded bin, as that of bands.
    let pitches: [Int16]

    init(model: SpectralModel, split: Int, superframe: Int) {
        let bins = SpectralModel.gridBins >> split
        let length = superframe >> split
        let coded = min(length, bins)
        let stereoEdges = model.stereoEdges.map { $0 >> split }
        let table = model.bands[split]
        self.split = split
        self.length = length
        self.coded = coded
        stereoBands = Self.ranges(stereoEdges, below: coded)
        bands = zip(Self.ranges(table.edges, below: coded), table.offsets).map { range, offset in
            let (low, high) = (range.lowerBound, range.upperBound)
            let middle = (low + high) >> 1
            return Band(
                low: low, high: high, cells: (low << split) >> 3..<((high << split) + 7) >> 3, offset: offset,
                stereo: stereoEdges.lastIndex { $0 <= middle } ?? 0, breadth: Octaves.of(high - low),
                pitch: Self.pitch(low + high, bins: bins))
        }
        pitches = (0..<coded).map { Int16(Self.pitch(2 * $0 + 1, bins: bins)) }
    }

    /// Those that begin below `end`; the last one ends there.
    private static func ranges(_ edges: [Int], below end: Int) -> [Range<Int>] {
        zip(edges, edges.dropFirst()).filter { $0.0 < end }.map { $0..<min($1, end) }
    }

    private static func pitch(_ twiceTheBin: Int, bins: Int) -> Int {
        Octaves.of(240 * twiceTheBin + bins) - Octaves.of(20 * bins)
    }
}
