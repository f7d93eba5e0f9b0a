internal import IntegerKernels

/// One scale of MS-SSIM between a picture b that stays and reconstructions a = b + e, three channels in steps of 8 bits.
///
/// With the windowed variance of e, SSIM's contrast term is 1 − E with E = var e / D, D = var a + var b + C₂; so E is not what
/// is left of two large numbers. Its mean over places has the gradient
///
///     2·(e·KᵀP − a·KᵀQ − KᵀR),   P = 1/D,   Q = E/D,   R = (mean e − E·mean a)/D
///
/// with K the windowed means, whose transpose is K again on maps that are continued by zeros.
struct SimilarityScale: Sendable {
    let height: Int
    let width: Int
    /// Places of the window.
    let rows: Int
    let columns: Int
    /// Luminance counts at the coarsest scale alone.
    private let isCoarsest: Bool
    private let windowDown: GaussianWindow
    private let windowAcross: GaussianWindow
    /// b − 128, `[3]`
    private let source: FloatPlanes
    /// e, e², b·e, `[3][3]`; later gradients take the place of e.
    private let moments: FloatPlanes
    /// Mean of b − 128, 2·var b + C₂ at every place, `[3][2]`
    private let statistics: FloatPlanes
    /// P, Q, R, `[3][3]`, with a window's length less one of zeros around.
    private let maps: FloatPlanes
    /// Sums of 1 − SSIM over the places of every row, `[3][1][rows]`
    private let sums: FloatPlanes

    private static let (c1, c2): (Float, Float) = (6.5025, 58.5225)

    init(height: Int, width: Int, isCoarsest: Bool) {
        (self.height, self.width, self.isCoarsest) = (height, width, isCoarsest)
        (windowDown, windowAcross) = (GaussianWindow(samples: height), GaussianWindow(samples: width))
        (rows, columns) = (windowDown.positions(in: height), windowAcross.positions(in: width))
        source = FloatPlanes(3, height: height, width: width)
        moments = FloatPlanes(9, height: height, width: width)
        statistics = FloatPlanes(6, height: rows, width: columns)
        maps = FloatPlanes(9, height: rows + 2 * windowDown.length - 2, width: columns + 2 * windowAcross.length - 2)
        sums = FloatPlanes(3, height: 1, width: rows)
    }

    // MARK: The reconstruction

    /// Sets e of sample row `y`, of the finest scale.
    ///
    /// - Parameter values: `[height][width][192]`, in 1/64 of a step.
    func load(row y: Int, from values: Feature, offset: Float) {
        let cells = unsafe values.row(y / 8)
        for channel in 0..<3 {
            let line = unsafe moments.row(3 * channel, y)
            for x in stride(from: 0, to: width, by: 8) {
                let first = x * 24 + y % 8 * 24 + channel
                for i in 0..<8 { unsafe line[x + i] = Float(cells[first + 3 * i]) * 0x1p-6 + offset }
            }
        }
        complete(row: y)
    }

    /// Sets e of row `y` to the means of 2 × 2 samples of the scale before; an odd last row or column counts twice.
    func load(row y: Int, halving finer: SimilarityScale) {
        for channel in 0..<3 {
            let line = unsafe moments.row(3 * channel, y)
            let upper = unsafe finer.moments.row(3 * channel, 2 * y)
            let lower = unsafe finer.moments.row(3 * channel, min(2 * y + 1, finer.height - 1))
            unsafe line.storeHalved(upper, lower, width: width)
        }
        complete(row: y)
    }

    /// e², b·e, and one more column for the next scale to halve.
    private func complete(row y: Int) {
        for channel in 0..<3 {
            let e = unsafe moments.row(3 * channel, y)
            unsafe e[width] = e[width - 1]
            for x in width + 1..<e.count { unsafe e[x] = 0 }
            let (squares, products) = unsafe (moments.row(3 * channel + 1, y), moments.row(3 * channel + 2, y))
            let b = unsafe source.row(channel, y)
            for x in stride(from: 0, to: width, by: 16) {
                let (e, b): (WideLanes, WideLanes) = unsafe (e.lanes(x), b.lanes(x))
                unsafe squares.store(e * e, at: x)
                unsafe products.store(e * b, at: x)
            }
        }
    }

    /// Makes b of what was loaded as e.
    func adoptSource() {
        let lines = FloatPlanes(4, height: 1, width: width)
        for channel in 0..<3 {
            for y in 0..<rows {
                filter(moments, channel, row: y, columns: columns, lines)
                let (mean, square) = unsafe (lines.row(0, 0), lines.row(1, 0))
                for x in 0..<columns {
                    let variance = unsafe max(0, square[x] - mean[x] * mean[x])
                    unsafe statistics.row(2 * channel, y)[x] = mean[x]
                    unsafe statistics.row(2 * channel + 1, y)[x] = 2 * variance + Self.c2
                }
            }
            for y in 0..<height { unsafe _ = source.row(channel, y).update(fromContentsOf: moments.row(3 * channel, y)) }
        }
    }

    // MARK: Forward

    /// Means of a channel's three planes with the window at every place of a row, in the first three of four lines.
    private func filter(_ planes: FloatPlanes, _ channel: Int, row y: Int, columns: Int, _ lines: FloatPlanes) {
        let line = unsafe lines.row(3, 0)
        for i in 0..<3 {
            unsafe windowDown.down(planes, 3 * channel + i, row: y, into: line)
            unsafe windowAcross.across(line, count: columns, into: lines.row(i, 0))
        }
    }

    /// Compares at `rows` of places.
    func compare(rows: Range<Int>) {
        let lines = FloatPlanes(4, height: 1, width: width)
        for y in rows {
            for channel in 0..<3 {
                filter(moments, channel, row: y, columns: columns, lines)
                unsafe sums.row(channel, 0)[y] = compare(row: y, channel: channel, lines)
            }
        }
    }

    /// Sets the maps of a row of places; returns the sum of 1 − SSIM.
    private func compare(row y: Int, channel: Int, _ lines: FloatPlanes) -> Float {
        let means = unsafe (lines.row(0, 0), lines.row(1, 0), lines.row(2, 0))
        let fixed = unsafe (statistics.row(2 * channel, y), statistics.row(2 * channel + 1, y))
        let (top, left) = (windowDown.length - 1, windowAcross.length - 1)
        let maps = unsafe (
            maps.row(3 * channel, y + top), maps.row(3 * channel + 1, y + top), maps.row(3 * channel + 2, y + top))
        var sum = WideLanes()
        for x in stride(from: 0, to: columns, by: 16) {
            var place = unsafe SimilarityPlace(
                error: means.0.lanes(x), square: means.1.lanes(x), product: means.2.lanes(x), source: fixed.0.lanes(x),
                energy: fixed.1.lanes(x), least: Self.c2)
            if isCoarsest { place.countLuminance(c1: Self.c1) }
            if x + 16 > columns { place.clear(from: columns - x) }
            sum += place.loss
            unsafe maps.0.store(place.p, at: x + left)
            unsafe maps.1.store(place.q, at: x + left)
            unsafe maps.2.store(place.r, at: x + left)
        }
        return sum.lowHalf.total + sum.highHalf.total
    }

    /// Mean of 1 − SSIM over all places; without luminance but at the coarsest scale.
    func loss(channel: Int) -> Double {
        let sums = unsafe sums.row(channel, 0)
        var sum = 0.0
        for y in 0..<rows { unsafe sum += Double(sums[y]) }
        return sum / Double(rows * columns)
    }

    // MARK: Backwards

    /// Puts `factors` times the gradient of ``loss(channel:)`` in e's place in `rows` of samples, and adds what comes from the
    /// next scale, whose gradient is there.
    func descend(rows: Range<Int>, factors: [Float], coarser: SimilarityScale?) {
        let lines = FloatPlanes(4, height: 1, width: maps.width)
        for y in rows {
            for channel in 0..<3 {
                filter(maps, channel, row: y, columns: width, lines)
                let factor = 2 * factors[channel] / Float(self.rows * columns)
                let (e, b) = unsafe (moments.row(3 * channel, y), source.row(channel, y))
                let (p, q, r) = unsafe (lines.row(0, 0), lines.row(1, 0), lines.row(2, 0))
                for x in stride(from: 0, to: width, by: 16) {
                    let (error, source): (WideLanes, WideLanes) = unsafe (e.lanes(x), b.lanes(x))
                    let (p, q, r): (WideLanes, WideLanes, WideLanes) = unsafe (p.lanes(x), q.lanes(x), r.lanes(x))
                    unsafe e.store((error * p - (error + source) * q - r) * factor, at: x)
                }
                coarser.map {
                    unsafe e.addHalved(
                        $0.moments.row(3 * channel, y / 2), width: width, isLastOdd: y == height - 1 && height % 2 == 1)
                }
            }
        }
    }

    /// Writes gradients of row `y`, of the finest scale, where ``load(row:from:offset:)`` read differences.
    func store(row y: Int, to values: Feature) {
        let cells = unsafe values.row(y / 8)
        for channel in 0..<3 {
            let line = unsafe moments.row(3 * channel, y)
            for x in stride(from: 0, to: width, by: 8) {
                let gradient: Lanes = unsafe line.lanes(x)
                let whole = gradient.atLeast(-32767).atMost(32767).nearestIntegers
                for i in 0..<min(8, width - x) {
                    unsafe cells[x * 24 + y % 8 * 24 + channel + 3 * i] = Int16(truncatingIfNeeded: whole[i])
                }
            }
        }
    }

    // MARK: The source

    /// What a small squared error at a sample costs, but for a factor: the mean of 1/(2·var b + C₂) over channels, at the place
    /// of the window whose middle is nearest.
    func price(row y: Int, column x: Int) -> Float {
        let row = min(max(y - (windowDown.length - 1) / 2, 0), rows - 1)
        let column = min(max(x - (windowAcross.length - 1) / 2, 0), columns - 1)
        var sum: Float = 0
        for channel in 0..<3 { unsafe sum += 1 / statistics.row(2 * channel + 1, row)[column] }
        return sum / 3
    }
}
