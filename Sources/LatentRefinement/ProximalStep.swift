/// How symbols move in one iteration: down the smoothed gradient, with a concave penalty `penalty·h·f·(1 − f)/2` that presses
/// them to whole numbers, and never past one.
struct ProximalStep: Sendable {
    /// 0 … 1: of the last iteration's smoothed gradient, what is kept.
    let momentum: Float
    /// Part of a Newton step.
    let rate: Float
    /// Penalty over curvature.
    let penalty: Float

    /// - Parameters:
    ///   - u: symbols.
    ///   - gradient: of everything but the symbols' own price, bits per step, smoothed.
    ///   - price: with the slopes of their own price.
    ///   - curvature: h, bits per squared step.
    @inline(__always)
    func moved(_ u: Lanes, gradient: Lanes, price: borrowing VectorPrice, curvature: Lanes) -> Lanes {
        let zero = Lanes(repeating: 0)
        let lo = u.floor, f = u - lo
        let isWhole = f .== zero
        let push = curvature * penalty
        let between = gradient + price.up + push * (0.5 - f)
        let right = gradient + price.up + push * 0.5, left = gradient + price.down - push * 0.5
        let atWhole = zero.replacing(with: left, where: left .> zero).replacing(with: right, where: right .< zero)
        let slope = between.replacing(with: atWhole, where: isWhole)
        let moved = u - (slope * rate / curvature).atLeast(-0.5).atMost(0.5)
        let held = moved.replacing(with: lo, where: moved .< lo).replacing(with: lo + 1, where: moved .> lo + 1)
        return held.replacing(with: moved, where: isWhole)
    }
}
