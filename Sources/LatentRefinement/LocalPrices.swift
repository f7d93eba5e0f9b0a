internal import IntegerKernels

/// What a squared error costs at each position of level 0, relative to the price of squared errors: how much steeper or flatter
/// the loss is there.
struct LocalPrices: Sendable {
    private let width: Int
    private let values: [Float]

    /// A price ten times too low makes steps that leap, one too high makes none.
    private static let range: ClosedRange<Float> = 0.05...20

    /// Prices under which the squared errors of a reconstruction cost what `distortion` says.
    ///
    /// - Parameters:
    ///   - differences: the reconstruction's, `[height][width][192]`, in 1/64 of an 8-bit step.
    ///   - squarePrice: bits for a squared error of one 8-bit step.
    init(_ distortion: SimilarityDistortion, on differences: Feature, squarePrice: Double) {
        width = differences.width
        var (relative, cost): ([Float], Double) = ([], 0)
        for y in 0..<differences.height {
            let row = unsafe differences.row(y)
            for x in 0..<differences.width {
                let price = distortion.price(row: y, column: x)
                var squares = 0
                for i in 192 * x..<192 * (x + 1) { unsafe squares += Int(row[i]) * Int(row[i]) }
                relative.append(price)
                cost += Double(price) * Double(squares) / 4096
            }
        }
        let scale = cost > 0 ? Float(distortion.loss(of: differences) / cost / squarePrice) : 0
        values = relative.map { scale > 0 ? min(max($0 * scale, Self.range.lowerBound), Self.range.upperBound) : 1 }
    }

    /// How much larger differences became, around each position, that were replaced by a distortion's gradient. Were it a squared error,
    /// that would be its curvature; where it is not, gradients that do not point along the differences still count.
    init(of before: Feature, replacedBy after: Feature) {
        width = before.width
        let (height, width) = (before.height, before.width)
        var (gradients, squares): ([Float], [Float]) = ([], [])
        for y in 0..<height {
            let rows = unsafe (before.row(y), after.row(y))
            for x in 0..<width {
                var (gradient, square) = (0, 0)
                for i in 192 * x..<192 * (x + 1) {
                    gradient += unsafe Int(rows.1[i]) * Int(rows.1[i])
                    square += unsafe Int(rows.0[i]) * Int(rows.0[i])
                }
                gradients.append(Float(gradient))
                squares.append(Float(square))
            }
        }
        values = (0..<height * width).map { position in
            var (gradient, square): (Float, Float) = (0, 0)
            for y in max(0, position / width - 1)...min(height - 1, position / width + 1) {
                for x in max(0, position % width - 1)...min(width - 1, position % width + 1) {
                    gradient += gradients[y * width + x]
                    square += squares[y * width + x]
                }
            }
            let ratio = (gradient / square).squareRoot()
            return square > 0 ? min(max(ratio, Self.range.lowerBound), Self.range.upperBound) : 1
        }
    }

    subscript(row: Int, column: Int) -> Float { values[row * width + column] }
}
