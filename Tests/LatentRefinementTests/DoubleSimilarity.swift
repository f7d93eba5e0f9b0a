import Foundation

/// 1 − MS-SSIM of one channel of two pictures in double precision, as its definition says it: five moments with the window at every
/// place.
struct DoubleSimilarity {
    let height: Int
    let width: Int
    /// `[height][width]`, 0 … 255
    let source: [Double]

    private static let weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]

    func loss(of shown: [Double]) -> Double {
        var (a, b, h, w) = (shown, source, height, width)
        var terms: [(contrast: Double, similarity: Double)] = []
        repeat {
            terms.append(Self.means(a, b, h, w))
            (a, b) = (Self.halved(a, h, w), Self.halved(b, h, w))
            (h, w) = ((h + 1) / 2, (w + 1) / 2)
        } while terms.count < 5 && min(h, w) >= 11
        let total = Self.weights.prefix(terms.count).reduce(0, +)
        return 1 - terms.enumerated().reduce(1) { product, term in
            let mean = term.offset == terms.count - 1 ? term.element.similarity : term.element.contrast
            return product * pow(mean, Self.weights[term.offset] / (terms.count == 5 ? 1 : total))
        }
    }

    private static func means(_ a: [Double], _ b: [Double], _ h: Int, _ w: Int) -> (contrast: Double, similarity: Double) {
        let maps = [a, b, zip(a, a).map(*), zip(b, b).map(*), zip(a, b).map(*)].map { blurred($0, h, w) }
        var (contrast, similarity) = (0.0, 0.0)
        for i in maps[0].indices {
            let (ma, mb) = (maps[0][i], maps[1][i])
            let cs = (2 * (maps[4][i] - ma * mb) + 58.5225) / (maps[2][i] - ma * ma + maps[3][i] - mb * mb + 58.5225)
            contrast += cs
            similarity += cs * (2 * ma * mb + 6.5025) / (ma * ma + mb * mb + 6.5025)
        }
        return (contrast / Double(maps[0].count), similarity / Double(maps[0].count))
    }

    private static func blurred(_ plane: [Double], _ h: Int, _ w: Int) -> [Double] {
        let (down, across) = (window(h), window(w))
        let (rows, columns) = (h - down.count + 1, w - across.count + 1)
        var wide: [Double] = []
        for y in 0..<h { for x in 0..<columns { wide.append(across.indices.reduce(0) { $0 + across[$1] * plane[y * w + x + $1] }) } }
        return (0..<rows * columns).map { i in down.indices.reduce(0) { $0 + down[$1] * wide[i + $1 * columns] } }
    }

    private static func window(_ samples: Int) -> [Double] {
        let count = min(11, samples), taps = (0..<count).map { exp(-pow(Double($0) - Double(count - 1) / 2, 2) / 4.5) }
        return taps.map { $0 / taps.reduce(0, +) }
    }

    private static func halved(_ plane: [Double], _ h: Int, _ w: Int) -> [Double] {
        var half: [Double] = []
        for y in stride(from: 0, to: h, by: 2) {
            for x in stride(from: 0, to: w, by: 2) {
                let (below, right) = (min(y + 1, h - 1), min(x + 1, w - 1))
                half.append((plane[y * w + x] + plane[y * w + right] + plane[below * w + x] + plane[below * w + right]) / 4)
            }
        }
        return half
    }
}
