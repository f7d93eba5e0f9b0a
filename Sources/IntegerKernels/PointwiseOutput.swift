/// What becomes of `v`, an output of a pointwise product.
enum PointwiseOutput {
    case plain
    /// `v < 0 ? v >> 3 : v`
    case leaky
    /// `sat16(residual + v)`
    case residual
}
