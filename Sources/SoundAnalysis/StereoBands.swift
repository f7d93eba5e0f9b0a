internal import IntegerKernels

/// The bands of a pair that have an angle each (SPEC §19.1, §19.3).
struct StereoBands: Sendable {
    /// On the grid of 2048: of the model's, those that begin below the last bin that is coded; there the last band ends.
    private let edges: [Int]
    private let length: Int
    /// `[angle]`
    private let rotations = (0..<16).map { PairRotation(angle: $0) }

    /// - Parameter edges: the model's, multiples of 16 rising from 0 to 2048.
    init(edges: [Int], geometry: SuperframeGeometry) {
        precondition(edges.count > 1 && edges[0] == 0 && edges.allSatisfy { $0 % 16 == 0 } && zip(edges, edges.dropFirst()).allSatisfy(<), "as in SPEC §18")
        self.edges = edges.filter { $0 < geometry.codedBins } + [geometry.codedBins]
        length = geometry.length
    }

    var count: Int { edges.count - 1 }

    /// How many coefficients a band has in a superframe, whatever its split.
    func width(of band: Int) -> Int { edges[band + 1] - edges[band] }

    /// Where a band's coefficients are, in each transform block.
    func ranges(of band: Int, split: Int) -> some Sequence<Range<Int>> {
        let (low, high) = (edges[band] >> split, edges[band + 1] >> split)
        return stride(from: 0, to: length, by: length >> split).lazy.map { $0 + low..<$0 + high }
    }

    /// Turns a pair of channels by the angle of each band, in place; the inverse of SPEC §19.8, step 1.
    ///
    /// - Parameter pair: `[2][S]`
    func turn(_ pair: inout [[Int32]], by angles: [Int], split: Int) {
        var (first, second) = (pair[0], pair[1])
        pair = []
        for band in 0..<count {
            for range in ranges(of: band, split: split) { rotations[angles[band]].turn(&first, &second, in: range) }
        }
        pair = [first, second]
    }
}
