/// What becomes of `v`, an output of a pointwise product.
enum PointwiseOutput {
    case plain
    /// `v < 0 ? v >> 3 : v`
    case leaky
    /// `sat16(residual + v)`
    case residual
    /// `residual < 0 ? v >> 3 : v`: what `leaky` does to a gradient, with what it gave as the residual
    case gated
}
