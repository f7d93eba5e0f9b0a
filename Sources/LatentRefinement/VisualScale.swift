internal import IntegerKernels
internal import Ssimulacra2Constants

/// One scale of SSIMULACRA2 between a picture a that stays and reconstructions b = a + e.
///
/// Channels of XYB are worked on one after the other, in the same memory. The gradient by e of what weighs structure by ω and edges
/// by slopes whose gradient by b − Kb is G (see ``VisualPlace``) is
///
///     2·e·K(A) + a·K(B) + K(R − G) + G
///     A = ω·(1 − l)·(1 − c) / D,   B = −2·ω·(1 − l)·c / D,   R = 2·ω·(1 − c)·Ke − 2·A·Ke − B·Ka
struct VisualScale: Sendable {
    let height: Int
    let width: Int
    private let window = GaussianWindow(half: Ssimulacra2Constants.blur)
    private static let reach = Ssimulacra2Constants.blur.count - 1
    /// R, G and B; then gradients by X, Y and B, and in their place by R, G and B. `[3]`
    private let light: FloatPlanes
    /// Of cones, `[3]`.
    private let roots: FloatPlanes
    /// a in X, Y and B, `[3]`.
    private let source: FloatPlanes
    /// Ka, 2·var a + c₂, `[3][2]`.
    private let statistics: FloatPlanes
    /// e, e², a·e of one channel, with zeros around, as far as the blur reaches; then R − G, A, B.
    private let moments: FloatPlanes
    /// c, 1/D, Ke of one channel; then G in the place of Ke.
    private let places: FloatPlanes
    /// Over each row: structure, edges made and edges lost of one channel, and their fourth powers. `[6][1][height]`
    private let sums: FloatPlanes

    init(height: Int, width: Int) {
        (self.height, self.width) = (height, width)
        func planes(_ count: Int) -> FloatPlanes { FloatPlanes(count, height: height, width: width) }
        (light, roots, source, statistics, places) = (planes(3), planes(3), planes(3), planes(6), planes(3))
        moments = FloatPlanes(3, height: height + 2 * Self.reach, width: width + 2 * Self.reach)
        sums = FloatPlanes(6, height: 1, width: height)
    }

    // MARK: Light

    /// Sets a row of the finest scale.
    ///
    /// - Parameters:
    ///   - wanted: the picture's samples, `[height][width][192]`, in 1/64 of an 8-bit step.
    ///   - differences: the reconstruction's from it; nil for none.
    func load(row y: Int, wanted: Feature, differences: Feature?) {
        let cells = unsafe (wanted.row(y / 8), differences?.row(y / 8))
        for channel in 0..<3 {
            let line = unsafe light.row(channel, y)
            for x in 0..<width {
                let i = Self.index(x, y, channel)
                let shown = unsafe Int(cells.0[i]) + (cells.1.map { unsafe Int($0[i]) } ?? 0)
                unsafe line[x] = LinearLight.table[min(max(shown, 0), 16320)].x
            }
        }
        findRoots(row: y)
    }

    /// Where a sample lies in its row of a feature of 8 × 8 blocks.
    private static func index(_ x: Int, _ y: Int, _ channel: Int) -> Int { x / 8 * 192 + y % 8 * 24 + x % 8 * 3 + channel }

    /// Sets row `y` to the means of 2 × 2 pixels of the scale before; an odd last row or column counts twice.
    func load(row y: Int, halving finer: VisualScale) {
        for channel in 0..<3 {
            let line = unsafe light.row(channel, y)
            let upper = unsafe finer.light.row(channel, 2 * y)
            let lower = unsafe finer.light.row(channel, min(2 * y + 1, finer.height - 1))
            unsafe (upper[finer.width], lower[finer.width]) = (upper[finer.width - 1], lower[finer.width - 1])
            unsafe line.storeHalved(upper, lower, width: width)
        }
        findRoots(row: y)
    }

    private func findRoots(row y: Int) {
        let colours = unsafe (light.row(0, y), light.row(1, y), light.row(2, y))
        let lines = unsafe (roots.row(0, y), roots.row(1, y), roots.row(2, y))
        for x in stride(from: 0, to: width, by: 8) {
            let opsin = unsafe OpsinLanes(red: colours.0.lanes(x), green: colours.1.lanes(x), blue: colours.2.lanes(x))
            unsafe lines.0.store(opsin.long, at: x)
            unsafe lines.1.store(opsin.middle, at: x)
            unsafe lines.2.store(opsin.short, at: x)
        }
    }

    /// Sixteen pixels of a channel of the reconstruction.
    @inline(__always)
    private func shown(_ channel: Int, _ y: Int, _ x: Int) -> WideLanes {
        WideLanes(lowHalf: opsin(y, x).channel(channel), highHalf: opsin(y, x + 8).channel(channel))
    }

    @inline(__always)
    private func opsin(_ y: Int, _ x: Int) -> OpsinLanes {
        unsafe OpsinLanes(long: roots.row(0, y).lanes(x), middle: roots.row(1, y).lanes(x), short: roots.row(2, y).lanes(x))
    }

    // MARK: The source

    /// Makes a of what was loaded.
    func adoptSource(_ engine: IntegerEngine) {
        for channel in 0..<3 {
            engine.split(height) { rows in
                for y in rows {
                    let line = unsafe source.row(channel, y)
                    for x in stride(from: 0, to: width, by: 16) { unsafe line.store(shown(channel, y, x), at: x) }
                    setMoments(row: y) { x in
                        let a: WideLanes = unsafe line.lanes(x)
                        return (a, a * a, WideLanes())
                    }
                }
            }
            engine.split(height) { rows in
                let lines = FloatPlanes(4, height: 1, width: moments.width)
                for y in rows {
                    blur(row: y, lines)
                    let (mean, energy) = unsafe (statistics.row(2 * channel, y), statistics.row(2 * channel + 1, y))
                    for x in stride(from: 0, to: width, by: 16) {
                        let (a, square): (WideLanes, WideLanes) = unsafe (lines.row(0, 0).lanes(x), lines.row(1, 0).lanes(x))
                        unsafe mean.store(a, at: x)
                        unsafe energy.store((square - a * a).atLeast(0) * 2 + Ssimulacra2Constants.leastVariance, at: x)
                    }
                }
            }
        }
    }

    /// Sets three numbers for each pixel of a row, zeros beyond it.
    @inline(__always)
    private func setMoments(row y: Int, _ values: (Int) -> (WideLanes, WideLanes, WideLanes)) {
        let lines = unsafe (
            moments.row(0, y + Self.reach), moments.row(1, y + Self.reach), moments.row(2, y + Self.reach))
        for x in stride(from: 0, to: width, by: 16) {
            let (first, second, third) = values(x)
            unsafe lines.0.store(first.first(width - x), at: x + Self.reach)
            unsafe lines.1.store(second.first(width - x), at: x + Self.reach)
            unsafe lines.2.store(third.first(width - x), at: x + Self.reach)
        }
    }

    /// The three numbers blurred, in the first three of four lines.
    private func blur(row y: Int, _ lines: FloatPlanes) {
        let line = unsafe lines.row(3, 0)
        for i in 0..<3 {
            unsafe window.down(moments, i, row: y, into: line)
            unsafe window.across(line, count: width, into: lines.row(i, 0))
        }
    }

    // MARK: Forward

    /// Compares the reconstruction with the source in a channel.
    ///
    /// - Returns: sums over all places of structure, edges made, edges lost, and of their fourth powers.
    func compare(channel: Int, _ engine: IntegerEngine) -> [(first: Double, fourth: Double)] {
        engine.split(height) { rows in
            for y in rows {
                let line = unsafe source.row(channel, y)
                setMoments(row: y) { x in
                    let a: WideLanes = unsafe line.lanes(x), e = shown(channel, y, x) - a
                    return (e, e * e, a * e)
                }
            }
        }
        engine.split(height) { rows in
            let lines = FloatPlanes(4, height: 1, width: moments.width)
            for y in rows {
                blur(row: y, lines)
                compare(row: y, channel: channel, lines)
            }
        }
        return (0..<3).map { (total(2 * $0), total(2 * $0 + 1)) }
    }

    private func compare(row y: Int, channel: Int, _ lines: FloatPlanes) {
        let means = unsafe (lines.row(0, 0), lines.row(1, 0), lines.row(2, 0))
        let fixed = unsafe (statistics.row(2 * channel, y), statistics.row(2 * channel + 1, y))
        let found = unsafe (places.row(0, y), places.row(1, y), places.row(2, y))
        var totals = (WideLanes(), WideLanes(), WideLanes(), WideLanes(), WideLanes(), WideLanes())
        for x in stride(from: 0, to: width, by: 16) {
            let place = unsafe VisualPlace(
                error: means.0.lanes(x), square: means.1.lanes(x), product: means.2.lanes(x), source: fixed.0.lanes(x),
                energy: fixed.1.lanes(x))
            unsafe found.0.store(place.c, at: x)
            unsafe found.1.store(place.p, at: x)
            unsafe found.2.store(place.error, at: x)
            let structure = place.structure.first(width - x), change = edges(channel, y, x, place.error).change.first(width - x)
            Self.add(structure, &totals.0, &totals.1)
            Self.add(change.atLeast(0), &totals.2, &totals.3)
            Self.add((-change).atLeast(0), &totals.4, &totals.5)
        }
        for (i, total) in [totals.0, totals.1, totals.2, totals.3, totals.4, totals.5].enumerated() {
            unsafe sums.row(i, 0)[y] = total.total
        }
    }

    @inline(__always)
    private static func add(_ measure: WideLanes, _ first: inout WideLanes, _ fourth: inout WideLanes) {
        let square = measure * measure
        first += measure
        fourth += square * square
    }

    @inline(__always)
    private func edges(_ channel: Int, _ y: Int, _ x: Int, _ meanE: WideLanes) -> VisualEdges {
        unsafe VisualEdges(
            a: source.row(channel, y).lanes(x), meanA: statistics.row(2 * channel, y).lanes(x),
            e: moments.row(0, y + Self.reach).lanes(x + Self.reach), meanE: meanE)
    }

    private func total(_ index: Int) -> Double {
        let line = unsafe sums.row(index, 0)
        var sum = 0.0
        for y in 0..<height { unsafe sum += Double(line[y]) }
        return sum
    }

    // MARK: Backwards

    /// Leaves the gradient by a channel that has just been compared.
    ///
    /// - Parameter slopes: of structure, edges made, edges lost.
    func descend(channel: Int, slopes: [FeatureSlope], _ engine: IntegerEngine) {
        engine.split(height) { rows in
            for y in rows { weigh(row: y, channel: channel, slopes) }
        }
        engine.split(height) { rows in
            let lines = FloatPlanes(4, height: 1, width: moments.width)
            for y in rows {
                blur(row: y, lines)
                let (rest, squares, products) = unsafe (lines.row(0, 0), lines.row(1, 0), lines.row(2, 0))
                let (own, a, target) = unsafe (places.row(2, y), source.row(channel, y), light.row(channel, y))
                for x in stride(from: 0, to: width, by: 16) {
                    let a: WideLanes = unsafe a.lanes(x), e = shown(channel, y, x) - a
                    let gradient: WideLanes = unsafe e * squares.lanes(x) * 2 + a * products.lanes(x) + rest.lanes(x)
                    unsafe target.store(gradient + own.lanes(x), at: x)
                }
            }
        }
    }

    private func weigh(row y: Int, channel: Int, _ slopes: [FeatureSlope]) {
        let found = unsafe (places.row(0, y), places.row(1, y), places.row(2, y))
        let mean = unsafe statistics.row(2 * channel, y)
        setMoments(row: y) { x in
            let place = unsafe VisualPlace(c: found.0.lanes(x), p: found.1.lanes(x), error: found.2.lanes(x))
            let edges = edges(channel, y, x, place.error), change = edges.change
            // Equal edges are the bottom of a fold.
            let slope = slopes[1].at(change).replacing(with: -slopes[2].at(-change), where: change .< WideLanes())
                .replacing(with: 0, where: change .== WideLanes())
            let own = edges.gradient(slope).first(width - x)
            unsafe found.2.store(own, at: x)
            let weight = slopes[0].at(place.structure)
            let dark = weight * (1 - place.error * place.error) * place.p
            let (a, b) = (dark * (1 - place.c), dark * place.c * -2)
            let rest: WideLanes = unsafe (weight * (1 - place.c) - a) * place.error * 2 - b * mean.lanes(x)
            return (rest - own, a, b)
        }
    }

    /// Makes the gradient by light of that by all channels, and adds what comes from the next scale, whose gradient is there.
    func gatherGradient(coarser: VisualScale?, _ engine: IntegerEngine) {
        engine.split(height) { rows in
            for y in rows {
                let lines = unsafe (light.row(0, y), light.row(1, y), light.row(2, y))
                for x in stride(from: 0, to: width, by: 8) {
                    let gradient = unsafe opsin(y, x).gradient(x: lines.0.lanes(x), y: lines.1.lanes(x), b: lines.2.lanes(x))
                    unsafe lines.0.store(gradient.red, at: x)
                    unsafe lines.1.store(gradient.green, at: x)
                    unsafe lines.2.store(gradient.blue, at: x)
                }
                guard let coarser else { continue }
                for channel in 0..<3 {
                    unsafe light.row(channel, y).addHalved(
                        coarser.light.row(channel, y / 2), width: width, isLastOdd: y == height - 1 && height % 2 == 1)
                }
            }
        }
    }

    /// Adds the gradient of row `y`, of the finest scale, to a share of the differences of a reconstruction.
    func store(row y: Int, wanted: Feature, to differences: Feature, share: Float) {
        let cells = unsafe (wanted.row(y / 8), differences.row(y / 8))
        for channel in 0..<3 {
            let line = unsafe light.row(channel, y)
            for x in 0..<width {
                let i = Self.index(x, y, channel)
                let difference = unsafe Int(cells.1[i])
                let slope = unsafe LinearLight.table[min(max(Int(cells.0[i]) + difference, 0), 16320)].y
                let gradient = unsafe Float(difference) * share + line[x] * slope
                unsafe cells.1[i] = Int16(min(max(gradient, -32767), 32767).rounded(.toNearestOrEven))
            }
        }
    }
}
