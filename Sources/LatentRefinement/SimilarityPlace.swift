/// SSIM at sixteen places of the window, and the maps of its gradient (see ``SimilarityScale``).
struct SimilarityPlace {
    /// 1 − SSIM, at first without luminance.
    private(set) var loss: WideLanes
    private(set) var p: WideLanes
    private(set) var q: WideLanes
    private(set) var r: WideLanes
    private let error: WideLanes
    private let source: WideLanes

    /// - Parameters:
    ///   - error: mean of e.
    ///   - square: mean of e².
    ///   - product: mean of (b − 128)·e.
    ///   - source: mean of b − 128.
    ///   - energy: 2·var b + C₂.
    ///   - least: of D, C₂.
    @inline(__always)
    init(error: WideLanes, square: WideLanes, product: WideLanes, source: WideLanes, energy: WideLanes, least: Float) {
        (self.error, self.source) = (error, source)
        let zero = WideLanes()
        let difference = square - error * error
        let variance = difference.replacing(with: zero, where: difference .< zero)
        // var a + var b = 2·var b + 2·cov(b, e) + var e
        let sum = energy + (product - source * error) * 2 + variance
        p = 1 / sum.replacing(with: least, where: sum .< WideLanes(repeating: least))
        loss = variance * p
        q = loss * p
        r = (error - loss * (source + error)) * p
    }

    /// Multiplies by luminance `l = 1 − (mean e)² / (mean² a + mean² b + C₁)`.
    @inline(__always)
    mutating func countLuminance(c1: Float) {
        let (a, b) = (source + error + 128, source + 128)
        let inverse = 1 / (a * a + b * b + c1)
        let dark = error * error * inverse
        let (light, contrast) = (1 - dark, 1 - loss)
        p *= light
        q *= light
        r = r * light - contrast * (error - dark * a) * inverse
        loss += dark * contrast
    }

    /// Forgets places that do not exist.
    mutating func clear(from first: Int) {
        for i in first..<16 { (loss[i], p[i], q[i], r[i]) = (0, 0, 0, 0) }
    }
}
