/// The samples around the next one in raster order, and what encoder and decoder conclude from them (SPEC §6.3).
///
///     northWest  north
///          west  next
struct PlaneNeighbourhood {
    var west: Int32
    var north: Int32
    var northWest: Int32

    /// The first sample of a row, below `above`; of the first row where that is nil.
    @inline(__always)
    init(startingBelow above: UInt16?) {
        west = above.map(Int32.init) ?? 0
        north = west
        northWest = west
    }

    /// Moves on to the next column of the first row, which has nothing above.
    @inline(__always)
    mutating func advance(past sample: Int32) {
        west = sample
        north = sample
        northWest = sample
    }

    /// Moves on to the next column, below `above`.
    @inline(__always)
    mutating func advance(past sample: Int32, below above: UInt16) {
        northWest = north
        west = sample
        north = Int32(above)
    }

    /// Median edge prediction: an edge where there seems to be one, else a plane through the three neighbours.
    ///
    /// Weinberger, Seroussi, Sapiro, "The LOCO-I lossless image compression algorithm", IEEE Trans. Image Processing
    /// 9(8), 2000, §III-A. The median of west, north and west + north − northWest.
    @inline(__always)
    var prediction: Int32 {
        min(max(west &+ north &- northWest, min(west, north)), max(west, north))
    }

    /// How lively the picture is here, 0 … 7, with the n − 8 bits below those of an 8-bit sample left out; times 3.
    @inline(__always)
    func gradientContext(shift: Int32) -> Int {
        let difference = west &- northWest, other = north &- northWest
        let gradient = (difference.magnitude &+ other.magnitude) &>> UInt32(truncatingIfNeeded: shift)
        return 3 &* min(7, 32 &- gradient.leadingZeroBitCount)
    }

    /// How wrong the last prediction was: 0, 1, or 2 for anything greater.
    @inline(__always)
    static func errorContext(_ residual: Int32) -> Int {
        Int(truncatingIfNeeded: min(2, residual.magnitude))
    }
}
