internal import IntegerKernels

/// From samples to a superframe's coefficients: overlaps at the boundaries of its transform blocks, then their DCT-IV
/// (SPEC §19.8 and §19.9, backwards).
struct SuperframeTransform: Sendable {
    /// How many splits there are.
    static let splits = 5

    private let length: Int
    /// `[split]`
    private let transforms: [CosineTransform]
    /// `[split]`, between two blocks of that split.
    private let overlaps: [BlockOverlap]

    init(_ geometry: SuperframeGeometry, kernel: KernelImplementation) {
        length = geometry.length
        let lengths = (0..<Self.splits).map { geometry.length >> $0 }
        transforms = lengths.map { CosineTransform(length: $0, kernel: kernel) }
        overlaps = lengths.map { BlockOverlap(length: $0, kernel: kernel) }
    }

    /// - Parameters:
    ///   - window: 2S samples, from S/2 before the superframe to S/2 behind it.
    ///   - before: the split of the superframe before, or of the overlap with it; nil at the beginning of the sound, where there is none.
    ///   - after: likewise of the superframe behind; nil at the end of the sound.
    /// - Returns: S coefficients, block after block.
    func coefficients(of window: [Int32], split: Int, before: Int?, after: Int?) -> [Int32] {
        precondition(window.count == 2 * length, "S/2 on either side")
        var values = window
        let start = length / 2, block = length >> split
        if let before { overlaps[max(before, split)].fold(&values, at: start) }
        for boundary in stride(from: start + block, to: start + length, by: block) { overlaps[split].fold(&values, at: boundary) }
        if let after { overlaps[max(split, after)].fold(&values, at: start + length) }
        for place in stride(from: start, to: start + length, by: block) { transforms[split].transform(&values, at: place) }
        return Array(values[start..<start + length])
    }
}
