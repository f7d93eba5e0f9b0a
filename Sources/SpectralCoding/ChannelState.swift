/// What is known of a channel: of the transform block in work, and of those before it (SPEC §19.1).
@safe final class ChannelState {
    /// Of the bands of the block in work, in half octaves.
    var levels: [Int] = []
    /// Their steps, in 1/256 of an octave.
    var steps: [Int] = []
    /// Means of ``energy`` over the same bands, before the block.
    private(set) var pasts: [Int] = []
    /// In cells of eight bins of the grid, in 1/256 of an octave: of the last block, and of the one before it.
    private(set) var energy = Array(repeating: 0, count: cells)
    private(set) var before = Array(repeating: 0, count: cells)
    /// Of the block in work: `[bin]`, in 1/64 of a 16-bit step, without noise.
    let magnitudes = unsafe ChannelState.bins()
    /// Of the last block and of the one before it, on the grid.
    private(set) var last = unsafe ChannelState.bins()
    private(set) var older = unsafe ChannelState.bins()

    /// `[S]`: of a superframe, its transform blocks one after another, in 1/64 of a 16-bit step: decoded, and to be coded.
    let values: UnsafeMutablePointer<Int32>
    let wanted: UnsafeMutablePointer<Int32>

    private let superframe: Int
    private static let cells = SpectralModel.gridBins / 8

    init(superframe: Int) {
        self.superframe = superframe
        unsafe values = Self.bins(superframe)
        unsafe wanted = Self.bins(superframe)
    }

    private static func bins(_ count: Int = SpectralModel.gridBins) -> UnsafeMutablePointer<Int32> {
        let bins = UnsafeMutablePointer<Int32>.allocate(capacity: count)
        unsafe bins.initialize(repeating: 0, count: count)
        return unsafe bins
    }

    deinit {
        unsafe values.deallocate()
        unsafe wanted.deallocate()
        unsafe magnitudes.deallocate()
        unsafe last.deallocate()
        unsafe older.deallocate()
    }

    /// The logarithm of a band's level; 0 for a band that does not exist.
    @inline(__always)
    func log(_ band: Int) -> Int { levels.indices.contains(band) ? 128 &* levels[band] : 0 }

    /// ``log(_:)`` without what it was before.
    func rise(_ band: Int) -> Int { levels.indices.contains(band) ? 128 * levels[band] - pasts[band] : 0 }

    /// What is decoded of a superframe: its coefficients.
    var coefficients: [Int32] { unsafe Array(UnsafeBufferPointer(start: values, count: superframe)) }

    /// - Parameter coefficients: `[S]`, to be coded; nothing for a reader.
    func beginSuperframe(_ coefficients: [Int32]) {
        unsafe values.update(repeating: 0, count: superframe)
        for (bin, value) in coefficients.prefix(superframe).enumerated() { unsafe wanted[bin] = value }
    }

    /// Forgets the last block's bands.
    func beginBlock() {
        levels.removeAll(keepingCapacity: true)
        pasts.removeAll(keepingCapacity: true)
    }

    func append(past: Int) { pasts.append(past) }

    /// The mean over some cells, rounded down.
    static func mean(_ cells: [Int], _ range: Range<Int>) -> Int {
        var sum = 0
        for cell in range { sum += cells[cell] }
        return sum / range.count
    }

    /// The block's levels are complete.
    func rememberEnergies(_ layout: SplitLayout) {
        before = energy
        for (band, level) in zip(layout.bands, levels) {
            for cell in band.cells { energy[cell] = 128 * level }
        }
    }

    /// The block's magnitudes are complete.
    func rememberMagnitudes(_ layout: SplitLayout) {
        unsafe swap(&last, &older)
        let copies = 1 << layout.split
        for bin in 0..<layout.coded {
            let start = bin << layout.split
            for cell in start..<start + copies { unsafe last[cell] = magnitudes[bin] }
        }
        for cell in layout.coded << layout.split..<SpectralModel.gridBins { unsafe last[cell] = 0 }
    }
}
