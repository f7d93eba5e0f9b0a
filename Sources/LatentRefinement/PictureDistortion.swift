internal import IntegerKernels

/// The samples that a reconstruction is compared with, as they come out of the network: `[height][width][192]`.
struct PictureDistortion: Sendable {
    /// In 1/64 of an 8-bit step, 0 … 16 320; negative beyond the picture.
    let wanted: Feature
    /// How many samples count.
    private let count: Int

    private static let white: Int32 = 16320
    private static let uncounted: Int16 = -1

    /// - Parameters:
    ///   - samples: `[8·height][8·width][3]`, in 1/64 of an 8-bit step less 7 344.
    ///   - width: columns that belong to the picture; the others count nothing.
    ///   - height: the same for rows.
    init(samples: Feature, width: Int, height: Int, engine: IntegerEngine) {
        let own = Feature(height: samples.height, width: samples.width, channels: 3)
        let width = min(width, samples.width)
        engine.split(samples.height) { rows in
            for y in rows {
                let (source, target) = unsafe (samples.row(y), own.row(y))
                let counted = y < height ? 3 * width : 0
                for i in 0..<counted { unsafe target[i] = source[i] &+ 7344 }
                for i in counted..<target.count { unsafe target[i] = Self.uncounted }
            }
        }
        wanted = own.spaceToDepth(by: 8)
        count = 3 * width * min(height, samples.height)
    }

    /// Replaces `rows` of a reconstruction by what they differ from the picture, black and white being the limits.
    func subtract(from values: Feature, rows: Range<Int>) {
        for y in rows {
            let (source, target) = unsafe (wanted.row(y), values.row(y))
            for i in 0..<source.count {
                let wanted = unsafe Int32(source[i])
                let shown = unsafe min(max(Int32(target[i]), 0), Self.white)
                unsafe target[i] = Int16(truncatingIfNeeded: wanted < 0 ? 0 : shown &- wanted)
            }
        }
    }

    /// Root of the mean square of differences, in 1/64 of an 8-bit step.
    func magnitude(of differences: Feature) -> Double {
        var sum = 0
        for y in 0..<differences.height {
            let row = unsafe differences.row(y)
            for i in 0..<row.count { sum += unsafe Int(row[i]) * Int(row[i]) }
        }
        return (Double(sum) / Double(count)).squareRoot()
    }
}
